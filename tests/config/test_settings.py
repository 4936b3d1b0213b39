"""Settings: what is taken, what is refused, and that a refusal names the variable and never a secret."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.config import SETTINGS, SettingError, environment_of, field_name, load_settings

# For each setting: texts that are taken with what they become, and texts that are refused.
VALUES: dict[str, tuple[dict[str, object], list[str]]] = {
    "DELAKTIG_DATABASE_URL": (
        {url: url for url in ("sqlite://data/x.sqlite3", "postgres://a:b@c:5432/d", "postgresql://a@c/d")},
        ["", "mysql://a@b/c", "data/x.sqlite3", "postgres://[broken"],
    ),
    "DELAKTIG_HOST": ({"0.0.0.0": "0.0.0.0", " ::1 ": "::1"}, ["", "  "]),
    "PORT": ({"1": 1, "65535": 65535}, ["0", "65536", "-1", "80.5", "http", "", "9999999999"]),
    "DELAKTIG_PUBLIC_URL": (
        {"https://x.example.org": "https://x.example.org", "http://x:80/": "http://x:80"},
        ["x.example.org", "ftp://x", "https://x/path", "https://", "", "http://[broken"],
    ),
    "DELAKTIG_MUNICIPALITY_NAME": ({" Åre ": "Åre"}, ["", " "]),
    "DELAKTIG_CONTACT": ({"090-12 34 56": "090-12 34 56"}, [""]),
    "DELAKTIG_DATA_SOURCES": ({"The register": "The register"}, [""]),
    "DELAKTIG_TIME_ZONE": ({"UTC": "UTC", "Europe/Helsinki": "Europe/Helsinki"}, ["", "Mars", "../etc", "/etc"]),
    "DELAKTIG_LANGUAGES": (
        {"sv": ("sv",), " ar , en,": ("ar", "en")},
        ["", ",", "sv,xx", "sv en", "../sv", "."],
    ),
    "DELAKTIG_SURVEY_BUDGET": (
        {"0.20": Fraction(1, 5), "1/5": Fraction(1, 5), "10": Fraction(10)},
        ["0", "-0.1", "10.0001", "1/0", "nan", "inf", "", "much"],
    ),
    "DELAKTIG_WAVE_RHO": ({"1/10": Fraction(1, 10)}, ["0", "11", "1/0", ""]),
    "DELAKTIG_GRACE_HOURS": ({"0": 0, "720": 720}, ["721", "-1", "1.5", ""]),
    "DELAKTIG_ROW_MINIMUM": ({"20": 20, "100000": 100_000}, ["19", "100001", ""]),
    "DELAKTIG_CROSS_MINIMUM": ({"20": 20}, ["19", "x"]),
    "DELAKTIG_WITHHELD_HALF_WIDTH": ({"0.15": 0.15}, ["0", "1", "15", "nan", "inf", "", "0,15"]),
    "DELAKTIG_UNCERTAIN_HALF_WIDTH": ({".1": 0.1}, ["0", "1", "-0.1", "nan", ""]),
    "DELAKTIG_PUBLISH_AFTER_DAYS": ({"1": 1, "365": 365}, ["0", "366", ""]),
    "DELAKTIG_RETENTION_MONTHS": ({"1": 1, "60": 60}, ["0", "61", ""]),
    "DELAKTIG_SESSION_HOURS": ({"1": 1, "168": 168}, ["0", "169", ""]),
    "DELAKTIG_LOG_LEVEL": ({"debug": "DEBUG", "ERROR": "ERROR"}, ["", "LOUD", "10"]),
}
BY_NAME = {setting.name: setting for setting in SETTINGS}
SECRETS = [setting.name for setting in SETTINGS if setting.secret]


def test_every_setting_is_held_here() -> None:
    assert list(VALUES) == list(BY_NAME)


@pytest.mark.parametrize(
    ("name", "raw", "value"), [(n, r, v) for n, (good, _) in VALUES.items() for r, v in good.items()]
)
def test_a_good_value_is_taken(name: str, raw: str, value: object) -> None:
    assert getattr(load_settings({name: raw}), field_name(BY_NAME[name])) == value


@pytest.mark.parametrize(("name", "raw"), [(n, r) for n, (_, bad) in VALUES.items() for r in bad])
def test_a_bad_value_is_refused_by_name(name: str, raw: str) -> None:
    with pytest.raises(SettingError) as refused:
        load_settings({name: raw})
    assert str(refused.value).startswith(f"{name} ")
    assert name in SECRETS or repr(raw) in str(refused.value)


def test_without_any_environment_every_default_is_sound() -> None:
    settings = load_settings({})
    assert settings.languages == ("sv", "en")
    assert settings.survey_budget == 2 * settings.wave_rho == Fraction(1, 5)
    assert not settings.is_https and settings.zone.key == "Europe/Stockholm"


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    "value",
    ["mysql://u:hunter2@h/d", "hunter2", "postgres://u:hunter2℀@h/d", "postgres://u:hunter2@[h/d", "  hunter2"],
)
def test_a_refused_secret_is_not_repeated(name: str, value: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(value, encoding="utf-8")
    for environment in ({name: value}, {f"{name}_FILE": str(tmp_path / "secret")}):
        with pytest.raises(SettingError) as refused:
            load_settings(environment)
        assert "hunter2" not in str(refused.value) and name in str(refused.value)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_no_text_makes_a_setting_crash_or_a_secret_known(text: str) -> None:
    for name in ("DELAKTIG_DATABASE_URL", "DELAKTIG_PUBLIC_URL", "DELAKTIG_TIME_ZONE", "DELAKTIG_LANGUAGES"):
        try:
            load_settings({name: f"postgres://u:sesame{text}"})
        except SettingError as error:
            assert str(error).startswith(name)
            assert name not in SECRETS or "sesame" not in str(error)


@pytest.mark.parametrize("name", SECRETS)
class TestSecretFiles:
    def test_a_secret_comes_from_its_file(self, name: str, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("postgres://u:p@h/d\n", encoding="utf-8")
        settings = load_settings({f"{name}_FILE": str(tmp_path / "secret")})
        assert getattr(settings, field_name(BY_NAME[name])) == "postgres://u:p@h/d"

    def test_both_at_once_are_refused(self, name: str, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("sqlite://other", encoding="utf-8")
        with pytest.raises(SettingError, match=f"{name} and {name}_FILE are both set"):
            load_settings({name: "sqlite://x", f"{name}_FILE": str(tmp_path / "secret")})

    @pytest.mark.parametrize("content", [None, b"\xff\xfe", b""])
    def test_a_file_that_cannot_be_used_is_named(self, name: str, content: bytes | None, tmp_path: Path) -> None:
        path = tmp_path / "secret"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(SettingError, match=name):
            load_settings({f"{name}_FILE": str(path)})


@pytest.mark.parametrize("name", ["DELAKTIG_LANGUAGE", "DELAKTIG_HOST_FILE", "DELAKTIG_"])
def test_an_unknown_name_of_ours_is_refused(name: str) -> None:
    with pytest.raises(SettingError, match=rf"^{name} is not a setting"):
        load_settings({name: "sv"})


def test_names_of_others_are_passed_over() -> None:
    assert load_settings({"HOME": "/", "PATH": ""}) == load_settings({})


def test_a_child_process_reads_the_same_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    changed = {name: list(good)[-1] for name, (good, _) in VALUES.items()}
    secret = tmp_path / "secret"
    secret.write_text(changed.pop("DELAKTIG_DATABASE_URL"), encoding="utf-8")
    settings = load_settings({**changed, "DELAKTIG_DATABASE_URL_FILE": str(secret)})
    # The parent got its secret from a file; the child gets the value and must not find both.
    monkeypatch.setenv("DELAKTIG_DATABASE_URL_FILE", str(secret))
    inherited = environment_of(settings)
    assert load_settings(inherited) == settings
    assert inherited["PATH"]
