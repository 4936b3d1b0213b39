"""Bodies that no browser of ours sends: a clear error in the reader's language, and nothing stored."""

import re

import pytest

from tests.municipality import ANSWERS, RECEIPT, form_of
from tests.page_client import page_of
from tests.responses.stored import stored_rows

FORM = "application/x-www-form-urlencoded"
SOUND = f"_receipt={RECEIPT}&district=hamnen&FEEL1=very_safe"
PARTS = "multipart/form-data; boundary=limit"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def in_parts(fields: list[tuple[str, bytes]], end: bytes = b"--limit--\r\n") -> bytes:
    """A multipart body of these fields."""
    head = b'--limit\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    return b"".join(head % (name.encode(), value) for name, value in fields) + end


SOUND_PARTS = [("_receipt", RECEIPT.encode()), ("district", b"hamnen"), ("FEEL1", b"very_safe")]
FILE_PART = b'--limit\r\nContent-Disposition: form-data; name="WISH"; filename="w.txt"\r\n\r\nhello\r\n--limit--\r\n'

BROKEN = {
    "Latin-1 bytes": (FORM, (SOUND + "&WISH=Mer ljus på ån").encode("latin-1"), 400),
    "Latin-1 escapes": (FORM, (SOUND + "&WISH=p%E5").encode(), 400),
    "overlong UTF-8": (FORM, (SOUND + "&WISH=%C0%AF").encode(), 400),
    "half a character": (FORM, (SOUND + "&WISH=%ED%A0%80").encode(), 400),
    "Latin-1 name": (FORM, (SOUND + "&%E5=1").encode(), 400),
    "ten thousand fields": (FORM, b"a=1&" * 10_000, 400),
    "over 64 kB": (FORM, (SOUND + "&WISH=" + "x" * 65_536).encode(), 413),
    "no content type": ("", SOUND.encode(), 415),
    "plain text": ("text/plain", SOUND.encode(), 415),
    "XML": ("application/xml", b"<a/>", 415),
    "parts without a boundary": ("multipart/form-data", in_parts(SOUND_PARTS), 400),
    "parts with another boundary": ("multipart/form-data; boundary=other", in_parts(SOUND_PARTS), 400),
    "part with a broken header": (PARTS, b"--limit\r\nnothing\r\n\r\nx\r\n--limit--\r\n", 400),
    "part without a name": (PARTS, b"--limit\r\nContent-Disposition: form-data\r\n\r\nx\r\n--limit--\r\n", 400),
    "a file": (PARTS, in_parts(SOUND_PARTS, end=b"") + FILE_PART, 400),
    "Latin-1 part": (PARTS, in_parts([*SOUND_PARTS, ("WISH", b"p\xe5")]), 400),
    "parts said to be Latin-1": (PARTS + "; charset=latin-1", in_parts([*SOUND_PARTS, ("WISH", "på".encode())]), 400),
    "too many parts": (PARTS, in_parts([("a", b"1")] * 900), 400),
    "parts over 64 kB": (PARTS, in_parts([*SOUND_PARTS, ("WISH", b"x" * 65_536)]), 413),
}


@pytest.mark.parametrize("fault", BROKEN)
async def test_is_told_in_the_readers_language(client, wave, fault) -> None:
    kind, content, status = BROKEN[fault]
    said = {}
    for language in ("sv", "en"):
        headers = {"Content-Type": kind} if kind else {}
        response = await client.post(f"/{language}/survey/{wave.code}", content=content, headers=headers)
        assert response.status_code == status
        assert response.headers["content-language"] == language
        said[language] = re.search(r'<p class="lead">(.*?)</p>', response.text)[1]
    english_ending = said["en"].rpartition(": ")[2]
    assert said["sv"] != said["en"] and english_ending not in said["sv"]
    assert await stored_rows() == []


async def test_sound_parts_are_taken(client, address) -> None:
    """The frame of the broken ones is sound: it is the fault that is refused."""
    for kind in (PARTS, PARTS + "; charset=UTF-8"):
        content = in_parts([*SOUND_PARTS, ("WISH", "på ån".encode())])
        response = await client.post(address, content=content, headers={"Content-Type": kind})
        assert response.status_code == 200
    assert (await stored_rows())[0].answers["WISH"] == "på ån"


async def test_a_truncated_form_is_not_half_a_response(client, address) -> None:
    content = in_parts(SOUND_PARTS)
    for length in range(0, len(content) - 10, 7):
        response = await client.post(address, content=content[:length], headers={"Content-Type": PARTS})
        assert response.status_code in {400, 422}
    assert await stored_rows() == []


async def test_many_unknown_fields_are_told_in_the_form(client, address) -> None:
    typed = {**ANSWERS, "WISH": "Mer ljus"} | {f"q{number}": "1" for number in range(300)}
    response = await client.post(address, data=form_of(typed))
    page = page_of(response)
    assert response.status_code == 422
    assert "Mer ljus" in page.words and "There are 280 more fields" in page.words
    assert await stored_rows() == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_other_methods_are_refused(client, address, method) -> None:
    response = await client.request(method, address)
    assert response.status_code in {403, 405}
    assert await stored_rows() == []


async def test_another_site_cannot_answer_for_anyone(client, address) -> None:
    response = await client.request(
        "POST", address, data=form_of(ANSWERS), same_origin=False, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert response.status_code == 403
    assert await stored_rows() == []
