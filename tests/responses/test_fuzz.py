"""Any bytes at all as a form or as JSON: never a crash, and never a row unless it was thanked for."""

import json
from urllib.parse import urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.db import connection
from tests.municipality import ANSWERS, RECEIPT
from tests.responses.stored import stored_rows

KINDS = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "application/json",
        "application/json; charset=utf-16",
        "text/plain",
        "",
    ]
)
NAMES = st.sampled_from(["_receipt", "district", "FEEL1", "SEEN", "TOLD", "FIRST", "WISH", "age", "gender", "", "x"])
CODES = st.sampled_from(
    [
        RECEIPT,
        "hamnen",
        "_elsewhere",
        "very_safe",
        "yes",
        "no",
        "light",
        "16-39",
        "_dont_know",
        "_not_shown",
        "%",
        "%0",
    ]
)
VALUES = CODES | st.text(max_size=20)
FORM_PIECES = [
    b"&",
    b"=",
    b"%00",
    b"%E5",
    b"+",
    b"_receipt=0123456789ABCDEF",
    b"&district=hamnen",
    b"&FEEL1=very_safe",
]
PART_PIECES = [b"--b\r\n", b"--b--\r\n", b'Content-Disposition: form-data; name="FEEL1"\r\n\r\n', b"\r\n"]
JSON_PIECES = [b'{"', b"[", b"}", b":", b'"answers"', b'"receipt"']
PIECES = st.sampled_from([*FORM_PIECES, *PART_PIECES, *JSON_PIECES])
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | VALUES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=5), inner, max_size=6),
    max_leaves=12,
)
RAW = st.binary(max_size=200) | st.lists(PIECES | st.binary(max_size=8), max_size=25).map(b"".join)
ALLOWED = {200, 201, 400, 409, 410, 413, 415, 422}
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def check(client, address: str, content: bytes, kind: str) -> None:
    await connection().execute_query("DELETE FROM response")
    response = await client.post(address, content=content, headers={"Content-Type": kind})
    assert response.status_code in ALLOWED, response.text
    assert len(await stored_rows()) == (1 if response.status_code in {200, 201} else 0)
    if kind.startswith("application/json") and response.status_code != 201:
        assert response.headers["content-type"] == "application/problem+json"


@few
@given(content=RAW, kind=KINDS)
async def test_any_bytes(client, address, content, kind) -> None:
    await check(client, address, content, kind)


@few
@given(fields=st.lists(st.tuples(NAMES, VALUES), max_size=15))
async def test_any_fields(client, address, fields) -> None:
    await check(client, address, urlencode(fields).encode(errors="replace"), "application/x-www-form-urlencoded")


@few
@given(body=JSON | st.fixed_dictionaries({"receipt": VALUES, "answers": st.dictionaries(NAMES, JSON, max_size=9)}))
async def test_any_json(client, address, body) -> None:
    await check(client, address, json.dumps(body).encode(), "application/json")


@few
@given(changed=st.dictionaries(st.sampled_from(["SEEN", "TOLD", "WISH", "age"]), VALUES, max_size=4))
async def test_almost_sound_answers(client, address, changed) -> None:
    """Text of every kind where text may stand: it is stored as it was typed or refused, on both databases."""
    body = {"receipt": RECEIPT, "answers": {**ANSWERS, **changed}}
    await check(client, address, json.dumps(body).encode(), "application/json")
