"""The same address for programs: JSON in, 201 or RFC 9457 problem details out."""

import json

import pytest

from tests.municipality import ANSWERS, RECEIPT
from tests.responses.stored import stored_rows

BODY = {"receipt": RECEIPT, "answers": ANSWERS}


async def send(client, address: str, content: bytes, kind: str = "application/json"):
    return await client.post(address, content=content, headers={"Content-Type": kind})


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
async def test_is_stored_and_answered_with_the_receipt(client, wave, address, kind) -> None:
    response = await send(client, address, json.dumps(BODY).encode(), kind)
    assert response.status_code == 201
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {"receipt": RECEIPT, "wave": wave.code}
    (row,) = await stored_rows()
    assert row.answers == {**ANSWERS, "TOLD": "_not_shown"}


async def test_a_program_needs_no_headers_of_a_browser(client, address) -> None:
    response = await client.request("POST", address, json=BODY, same_origin=False, headers={"Accept": "*/*"})
    assert response.status_code == 201


async def test_null_stands_for_a_question_left_open(client, address) -> None:
    answers = {"district": "hamnen", "FEEL1": "very_safe", "SEEN": None, "FIRST": None, "WISH": None, "age": None}
    assert (await client.post(address, json={"receipt": RECEIPT, "answers": answers})).status_code == 201
    assert (await stored_rows())[0].answers.keys() == {"district", "FEEL1", "TOLD"}


async def test_other_content_under_the_same_receipt_is_a_conflict(client, address) -> None:
    await client.post(address, json=BODY)
    before = await stored_rows()
    again = await client.post(address, json=BODY)
    other = await client.post(address, json={"receipt": RECEIPT, "answers": {**ANSWERS, "SEEN": "yes"}})
    assert again.status_code == 201
    assert other.status_code == 409 and other.json()["type"] == "/problems/response-conflict"
    assert await stored_rows() == before


async def test_every_fault_is_named_in_the_language_of_the_address(client, wave) -> None:
    details = set()
    for language in ("sv", "en"):
        wrong = {"district": "atlantis", "FIRST": ["light", "moon"], "GHOST": "boo"}
        response = await client.post(f"/{language}/survey/{wave.code}", json={"receipt": RECEIPT, "answers": wrong})
        assert response.status_code == 422
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["content-language"] == language
        problem = response.json()
        assert (problem["type"], problem["status"]) == ("/problems/response-invalid", 422)
        assert [error["field"] for error in problem["errors"]] == ["district", "FEEL1", "FIRST", "GHOST"]
        details |= {problem["detail"], problem["errors"][0]["detail"]}
    assert len(details) == 4
    assert await stored_rows() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestRefused:
    @pytest.mark.parametrize(
        ("content", "status", "word"),
        [
            (b"", 400, "bad-request"),
            (b"{", 400, "bad-request"),
            (json.dumps(BODY).encode()[:-1], 400, "bad-request"),
            (json.dumps(BODY).encode() + b"}", 400, "bad-request"),
            (json.dumps(BODY).encode("utf-16"), 400, "bad-request"),
            (b"\xef\xbb\xbf" + json.dumps(BODY).encode(), 400, "bad-request"),
            (b'{"receipt": "\xe5", "answers": {}}', 400, "bad-request"),
            (b'{"receipt": "0123-4567-89AB-CDEF", "answers": {"WISH": "\\ud800"}}', 400, "bad-request"),
            (b"NaN", 400, "bad-request"),
            (b"[" * 30_000, 400, "bad-request"),
            (b"[" * 20_000 + b"]" * 20_000, 400, "bad-request"),
            (b'{"receipt":' * 5_000, 400, "bad-request"),
            (b"{}", 422, "response-invalid"),
            (b"[]", 422, "response-invalid"),
            (b"null", 422, "response-invalid"),
            (b'"text"', 422, "response-invalid"),
            (b'{"receipt": "0123-4567-89AB-CDEF"}', 422, "response-invalid"),
            (b'{"receipt": "0123-4567-89AB-CDEF", "answers": {}, "more": 1}', 422, "response-invalid"),
            (b'{"receipt": 1, "answers": {}}', 422, "receipt-invalid"),
            (b'{"receipt": "0123", "answers": {"district": "byn", "FEEL1": "very_safe"}}', 422, "receipt-invalid"),
            (b'{"receipt": "0123-4567-89AB-CDEF", "answers": []}', 422, "response-invalid"),
            (b'{"receipt": "0123-4567-89AB-CDEF", "answers": "very_safe"}', 422, "response-invalid"),
        ],
    )
    async def test_body(self, client, address, content, status, word) -> None:
        response = await send(client, address, content)
        assert (response.status_code, response.json()["type"]) == (status, f"/problems/{word}")
        assert response.headers["content-type"] == "application/problem+json"
        assert await stored_rows() == []

    @pytest.mark.parametrize("value", [1, 1.5, True, {}, {"a": "b"}, ["light", 1], [None], [["light"]], "a\x00b"])
    async def test_value_of_another_type(self, client, address, value) -> None:
        for name in ("district", "FEEL1", "FIRST", "WISH", "age"):
            body = {"receipt": RECEIPT, "answers": {**ANSWERS, name: value}}
            response = await client.post(address, json=body)
            assert response.status_code == 422, name
            assert response.json()["errors"][0]["field"].startswith(name)
        assert await stored_rows() == []

    async def test_ten_thousand_fields(self, client, address) -> None:
        many = {**ANSWERS, **{f"q{number}": "" for number in range(5_000)}}
        response = await client.post(address, json={"receipt": RECEIPT, "answers": many})
        assert response.status_code == 422
        # Told in a few lines: an error as long as the request would help nobody.
        assert len(response.json()["errors"]) < 30
        ten_thousand = {**ANSWERS, **{f"q{number}": "" for number in range(10_000)}}
        too_long = await client.post(address, json={"receipt": RECEIPT, "answers": ten_thousand})
        assert too_long.status_code == 413
        assert await stored_rows() == []

    async def test_names_that_begin_with_an_underscore_are_passed_over(self, client, address) -> None:
        answers = {**ANSWERS, "_receipt": "FEDC-BA98-7654-3210", "_session": {"x": 1}}
        response = await client.post(address, json={"receipt": RECEIPT, "answers": answers})
        assert response.json()["receipt"] == RECEIPT
        assert (await stored_rows())[0].answers == {**ANSWERS, "TOLD": "_not_shown"}
