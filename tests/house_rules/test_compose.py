"""The deployment files: no Docker engine is at hand where tests run, so what can be read is held here."""

import re
from functools import lru_cache
from typing import Any

import pytest
import yaml

from backend.config import SETTINGS, load_settings
from tests.house_rules.tree import ROOT, read, section, table_rows

LONG_RUNNING = ["app", "caddy", "postgres"]
SERVICES = [*LONG_RUNNING, "migrate"]
VARIABLE = re.compile(r"\$\{([A-Z_]+)(?:(:[?-])([^}]*))?\}")
SAMPLES = {
    "POSTGRES_PASSWORD": "0f1e2d",
    "DELAKTIG_PUBLIC_URL": "https://trygg.example.org",
    "DELAKTIG_MUNICIPALITY_NAME": "Exempelkommun",
    "DELAKTIG_CONTACT": "kontakt@example.org",
}


@lru_cache(maxsize=1)
def compose() -> Any:
    return yaml.safe_load(read("docker-compose.yml"))


def service(name: str) -> Any:
    return compose()["services"][name]


def variables() -> list[tuple[str, str, str]]:
    """Each use of a variable: its name, `:?` or `:-` or nothing, and the explanation or default after it."""
    lines = [line for line in read("docker-compose.yml").splitlines() if not line.lstrip().startswith("#")]
    return VARIABLE.findall("\n".join(lines))


def filled_in(value: str) -> str:
    """A value as Compose would fill it in from a `.env` that holds the samples."""
    return VARIABLE.sub(lambda found: SAMPLES.get(found[1], found[3] if found[2] == ":-" else ""), value)


def stages() -> dict[str, str]:
    """The Dockerfile's stages: name → its lines from FROM on."""
    parts = re.split(r"^(?=FROM )", read("Dockerfile"), flags=re.MULTILINE)[1:]
    return {part.splitlines()[0].rsplit(" AS ", 1)[1]: part for part in parts}


def test_the_services_are_the_agreed_ones() -> None:
    assert sorted(compose()["services"]) == sorted(SERVICES)


def test_every_variable_is_documented() -> None:
    readme = section(read("README.md"), "Run it for a municipality")
    documented = {setting.name for setting in SETTINGS} | {row[0] for row in table_rows(readme)}
    assert {name for name, _, _ in variables()} - documented == set()


def test_every_variable_is_required_with_an_explanation_or_has_a_default() -> None:
    assert variables()
    assert [(name, mark) for name, mark, text in variables() if not mark or not text] == []


def test_a_default_is_the_setting_s_own() -> None:
    own = {setting.name: setting.default for setting in SETTINGS}
    defaults = {name: text for name, mark, text in variables() if mark == ":-"}
    assert defaults == {name: own[name] for name in defaults}


def test_no_secret_has_a_value_or_a_default() -> None:
    secret = re.compile(r"PASSWORD|SECRET|TOKEN|KEY")
    assert [name for name, mark, _ in variables() if secret.search(name) and mark != ":?"] == []
    for name in SERVICES:
        for key, value in service(name).get("environment", {}).items():
            if secret.search(key):
                assert VARIABLE.fullmatch(value), f"{name}: {key} is written out"
            credentials = re.search(r"//[^/@]*:([^@]*)@", filled_in(value))
            if credentials:
                assert credentials[1] == SAMPLES["POSTGRES_PASSWORD"], f"{name}: {key} holds a password"


@pytest.mark.parametrize("name", ["app", "migrate"])
def test_the_app_accepts_the_environment_it_is_given(name: str) -> None:
    settings = load_settings({key: filled_in(value) for key, value in service(name)["environment"].items()})
    assert settings.database_url == "postgres://delaktig:0f1e2d@postgres:5432/delaktig"
    assert settings.is_https
    assert (settings.host, settings.port) == ("0.0.0.0", 8000)


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_hardened(name: str) -> None:
    config = service(name)
    uid, gid = config["user"].split(":")
    assert int(uid) > 0
    assert int(gid) > 0
    assert config["read_only"] is True
    assert "/tmp" in config["tmpfs"]
    assert config["cap_drop"] == ["ALL"]
    assert config["security_opt"] == ["no-new-privileges:true"]
    assert config.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "caddy" else [])
    assert not config.get("privileged")


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_each_lasting_service_has_a_health_check_and_comes_back(name: str) -> None:
    check = service(name)["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries", "start_period"} <= set(check)
    assert service(name)["restart"] == "unless-stopped"


def test_the_app_is_asked_whether_it_is_ready() -> None:
    assert "http://127.0.0.1:8000/health/ready" in service("app")["healthcheck"]["test"][-1]
    compile(service("app")["healthcheck"]["test"][-1], "healthcheck", "exec")


def test_the_app_starts_after_the_migration() -> None:
    assert service("app")["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert service("migrate")["depends_on"]["postgres"] == {"condition": "service_healthy"}
    assert service("migrate")["restart"] == "no"
    assert service("migrate")["command"][-1] == "migrate"


def test_only_caddy_is_published_and_only_for_the_web() -> None:
    published = {name: service(name).get("ports", []) for name in SERVICES}
    assert {name for name, ports in published.items() if ports} == {"caddy"}
    assert {port.split("/")[0] for port in published["caddy"]} == {"80:80", "443:443"}


def test_database_and_app_cannot_call_outside() -> None:
    networks = compose()["networks"]
    for name in ("app", "migrate", "postgres"):
        assert all(networks[network]["internal"] for network in service(name)["networks"])


def test_what_must_last_is_in_named_volumes() -> None:
    mounted = [mount for name in SERVICES for mount in service(name).get("volumes", [])]
    assert {mount.split(":")[0] for mount in mounted} == set(compose()["volumes"]) == {"certificates", "database"}


def test_postgresql_is_recent_enough() -> None:
    version = re.fullmatch(r"postgres:(\d+)-[a-z]+", service("postgres")["image"])
    assert version
    assert int(version[1]) >= 16


def test_no_image_floats() -> None:
    bases = re.findall(r"^FROM (\S+)", read("Dockerfile"), re.MULTILINE)
    assert bases
    for image in [*bases, service("postgres")["image"]]:
        assert re.search(r":\d", image), f"{image} names no version"
        assert "latest" not in image
    assert {image for image in bases if image.startswith("python:")} == {"python:3.12-slim-bookworm"}


@pytest.mark.parametrize(("target", "of"), [("app", "app"), ("app", "migrate"), ("front", "caddy")])
def test_each_image_runs_as_the_user_that_compose_names(target: str, of: str) -> None:
    assert service(of)["build"]["target"] == target
    users = re.findall(r"^USER (\S+)$", stages()[target], re.MULTILINE)
    assert users[-1:] == [service(of)["user"]]


def test_packages_are_installed_by_their_hashes() -> None:
    installs = re.findall(r"pip install[^\n]*", read("Dockerfile"))
    assert installs
    assert all("--require-hashes" in line and "--only-binary :all:" in line for line in installs)


def test_what_is_copied_exists_and_is_let_in() -> None:
    let_in = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    assert read(".dockerignore").splitlines()[1] == "*"
    copied = re.findall(r"^COPY (?!--from)(\S+) ", read("Dockerfile"), re.MULTILINE)
    assert set(copied) == let_in
    assert [source for source in copied if not (ROOT / source).exists()] == []


def test_the_image_serves() -> None:
    assert 'CMD ["python", "-m", "backend.cli", "serve"]' in stages()["app"]
    assert (ROOT / "backend/cli.py").exists() or (ROOT / "backend/cli/__main__.py").exists()


def test_caddy_writes_down_no_address() -> None:
    caddyfile = read("deploy/Caddyfile")
    assert re.search(r"^\s*exclude http\.log http\.handlers\.reverse_proxy$", caddyfile, re.MULTILINE)
    assert re.search(r"^\s*header_up -X-Forwarded-For$", caddyfile, re.MULTILINE)
    assert not re.search(r"^\tlog\b", caddyfile.split("{$DELAKTIG_PUBLIC_URL}")[1], re.MULTILINE)
    assert set(re.findall(r"\{\$([A-Z_]+)\}", caddyfile)) == set(service("caddy")["environment"])
