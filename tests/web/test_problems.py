"""Failures as pages for people and as RFC 9457 problem details for programs, in the language of the request."""

import logging

import pytest
from tortoise.exceptions import OperationalError

from backend.errors import CATALOGUE
from backend.responses import routes as responses
from backend.start import routes as start
from backend.web.middleware import configure_logging
from tests.municipality import ANSWERS, PASSWORD, form_of, make_planner, start_wave
from tests.page_client import page_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PROGRAM = {"Accept": "application/json"}


async def test_a_program_gets_problem_details(client) -> None:
    response = await client.get("/en/nothing", headers=PROGRAM)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["content-language"] == "en"
    assert response.json() == {
        "type": "/problems/not-found",
        "title": "Not Found",
        "status": 404,
        "detail": CATALOGUE["not-found"].message,
    }


async def test_a_person_gets_a_page_with_a_way_on(client) -> None:
    page = page_of(await client.get("/en/nothing"))
    assert CATALOGUE["not-found"].message in page.words
    assert [a for a in page.all("a") if a.get("href") == "/en/"]


@pytest.mark.parametrize(
    ("headers", "is_json"),
    [
        ({"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, False),
        ({"Accept": "*/*"}, False),
        ({"Accept": ""}, False),
        ({"Accept": "application/json"}, True),
        ({"Accept": "application/problem+json"}, True),
        ({"Accept": "text/html, application/json;q=0.1"}, False),
    ],
)
async def test_who_gets_which(client, headers, is_json: bool) -> None:
    response = await client.get("/en/nothing", headers=headers)
    assert ("json" in response.headers["content-type"]) is is_json


async def test_what_is_asked_in_json_is_answered_in_json(client, clock, settings) -> None:
    wave = await start_wave(clock, settings)
    faulty = await client.post(f"/en/survey/{wave.code}", json={"receipt": "0123-4567-89AB-CDEF", "answers": {}})
    assert faulty.status_code == 422 and faulty.headers["content-type"] == "application/problem+json"
    body = faulty.json()
    assert body["type"] == "/problems/response-invalid"
    assert {error["field"] for error in body["errors"]} >= {"FEEL1"}
    assert all(error["detail"] for error in body["errors"])


@pytest.mark.parametrize("tag", ["sv", "en", "ar"])
async def test_problems_speak_the_language_of_the_address(client, tag: str) -> None:
    page = await client.get(f"/{tag}/nothing", headers={"Accept-Language": "en"})
    program = await client.get(f"/{tag}/nothing", headers={**PROGRAM, "Accept-Language": "en"})
    assert page.headers["content-language"] == program.headers["content-language"] == tag
    assert program.json()["detail"] in page_of(page).words


async def test_outside_every_language_the_browser_is_listened_to(client) -> None:
    response = await client.get("/nothing", headers={"Accept-Language": "ar"})
    (html,) = page_of(response).all("html")
    assert (html["lang"], html["dir"]) == ("ar", "rtl")


async def test_a_wrong_method_is_named_as_such(client) -> None:
    for address in ("/en/", "/en/about/anonymity", "/health/live"):
        response = await client.post(address, headers=PROGRAM)
        assert response.status_code == 405 and "GET" in response.headers["allow"]
        assert response.json()["type"] == "/problems/method-not-allowed"


async def test_a_body_at_the_limit_is_read_and_one_above_it_is_not(client, clock, settings) -> None:
    wave = await start_wave(clock, settings)
    address, form = f"/sv/survey/{wave.code}", {"Content-Type": "application/x-www-form-urlencoded"}

    async def in_pieces(size: int):
        yield b"WISH="
        for _ in range(size // 1000):
            yield b"x" * 1000

    for size, status in ((65_000, 422), (66_000, 413)):
        whole = await client.post(address, content=b"WISH=" + b"x" * size, headers=form)
        pieces = await client.post(address, content=in_pieces(size), headers=form)
        assert (whole.status_code, pieces.status_code) == (status, status)
        assert ("64 kB" in page_of(whole).words) == ("64 kB" in page_of(pieces).words) == (status == 413)
    program = await client.post(address, json={"receipt": "x" * 70_000})
    assert program.json()["type"] == "/problems/body-too-large"


class TestCrashes:
    TYPED = "what a resident typed"

    async def test_a_crash_logs_its_kind_and_place_only(self, client, clock, settings, monkeypatch, caplog) -> None:
        wave = await start_wave(clock, settings)

        def fail(*arguments) -> None:
            raise ValueError(self.TYPED)

        monkeypatch.setattr(responses, "parse_response", fail)
        address = f"/en/survey/{wave.code}?secret=query"
        with caplog.at_level(logging.DEBUG):
            response = await client.post(address, data=form_of({**ANSWERS, "WISH": self.TYPED}))
        assert response.status_code == 500 and CATALOGUE["internal"].message in page_of(response).words
        ours = [record for record in caplog.records if record.name.startswith("delaktig")]
        (line,) = [record.getMessage() for record in ours]
        assert line.startswith("ValueError at ") and "fail" in line
        for record in ours:
            assert record.exc_info is None
            for private in (self.TYPED, "secret", wave.code):
                assert private not in record.getMessage()

    async def test_a_crash_in_a_middleware_is_a_page_too(self, client, app, monkeypatch) -> None:
        async def fail(*arguments) -> None:
            raise OSError("the disk is gone")

        monkeypatch.setattr("backend.app.find_account_of_session", fail)
        response = await client.get("/en/staff/", headers={"Cookie": "delaktig=token"})
        assert response.status_code == 503 and CATALOGUE["unavailable"].message in page_of(response).words

    @pytest.mark.parametrize(("error", "status"), [(OperationalError("locked"), 503), (KeyError("x"), 500)])
    async def test_a_busy_database_is_told_from_a_fault(self, client, monkeypatch, error, status) -> None:
        async def fail(now) -> None:
            raise error

        monkeypatch.setattr(start, "list_open_waves", fail)
        response = await client.get("/en/", headers=PROGRAM)
        assert response.status_code == status and response.json()["status"] == status


class TestLogs:
    async def test_nothing_is_logged_of_residents(self, client, clock, settings, caplog) -> None:
        wave = await start_wave(clock, settings)
        caplog.clear()
        with caplog.at_level(logging.DEBUG, logger="delaktig"):
            await client.get("/sv/?utm=x")
            await client.get(f"/sv/survey/{wave.code}")
            await client.post(f"/sv/survey/{wave.code}", data=form_of(ANSWERS))
            await client.post(f"/sv/survey/{wave.code}", data={})
            await client.get("/sv/nothing")
        assert [record for record in caplog.records if record.name.startswith("delaktig")] == []

    async def test_changes_by_staff_leave_method_route_and_status(self, client, clock, settings, caplog) -> None:
        await make_planner(clock)
        with caplog.at_level(logging.DEBUG, logger="delaktig"):
            await client.post("/sv/staff/sign-in", data={"email": "planner@example.org", "password": PASSWORD})
            await client.post("/sv/staff/waves/some-code/open?private=query")
            await client.get("/sv/staff/waves/some-code?private=query")
        lines = [record.getMessage() for record in caplog.records if record.name == "delaktig.requests"]
        assert lines == ["POST /staff/sign-in 303", "POST /staff/waves/{wave}/open 404"]

    def test_lines_are_json_and_libraries_are_silent(self, settings, capsys) -> None:
        root = logging.getLogger()
        before = root.handlers[:], root.level
        names = ("uvicorn.access", "tortoise", "tortoise.db_client", "aiosqlite", "asyncio", "delaktig")
        levels = {name: logging.getLogger(name).level for name in names}
        try:
            configure_logging("INFO")
            logging.getLogger("delaktig.requests").info("GET %s", "/staff/")
            logging.getLogger("tortoise.db_client").error("SELECT secret")
            logging.getLogger("uvicorn.access").info("10.0.0.1 GET /")
            lines = capsys.readouterr().err.splitlines()
        finally:
            root.handlers[:], root.level = before
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)
        assert len(lines) == 1
        assert '"message": "GET /staff/"' in lines[0] and '"level": "INFO"' in lines[0]
