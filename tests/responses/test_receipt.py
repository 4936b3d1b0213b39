"""The receipt: the same one again, other content under it, and taking the response back with it."""

import asyncio
from datetime import timedelta

import pytest

from backend.surveys.services import open_wave
from tests.municipality import ACTOR, ANSWERS, RECEIPT, draft_wave, form_of
from tests.page_client import page_of
from tests.responses.stored import everything_stored, stored_rows

OTHER = "FEDC-BA98-7654-3210"
SECRET_WISH = "Lampan vid den gamla kvarnen är trasig"


class TestSameReceiptAgain:
    async def test_same_content_is_the_same_answer_and_one_row(self, client, address) -> None:
        first = await client.post(address, data=form_of(ANSWERS))
        before = await stored_rows()
        again = await client.post(address, data=form_of(ANSWERS))
        assert (first.status_code, first.text) == (again.status_code, again.text)
        assert await stored_rows() == before and len(before) == 1

    async def test_another_spelling_of_the_same_answers_is_the_same(self, client, address) -> None:
        await client.post(address, data=form_of({**ANSWERS, "FIRST": ["light", "adults"], "WISH": "Mer ljus"}))
        spelt = {"age": "16-39", **ANSWERS, "FIRST": ["adults", "light"], "WISH": " Mer ljus\r\n", "gender": ""}
        again = await client.post(address, data=form_of(spelt, "oi23-4567-89ab-cdef"))
        assert again.status_code == 200
        assert len(await stored_rows()) == 1

    async def test_form_and_json_are_the_same(self, client, address) -> None:
        assert (await client.post(address, data=form_of(ANSWERS))).status_code == 200
        again = await client.post(address, json={"receipt": RECEIPT, "answers": ANSWERS})
        assert again.status_code == 201
        assert len(await stored_rows()) == 1

    async def test_other_content_is_refused_and_nothing_overwritten(self, client, address) -> None:
        await client.post(address, data=form_of(ANSWERS))
        before = await stored_rows()
        typed = {**ANSWERS, "FEEL1": "very_unsafe", "WISH": "Något annat"}
        response = await client.post(address, data=form_of(typed))
        page = page_of(response)
        assert response.status_code == 409
        assert "Other answers have already been sent with this receipt" in page.words
        assert [box["value"] for box in page.all("input", name="FEEL1") if "checked" in box] == ["very_unsafe"]
        assert "Något annat" in page.words
        assert page.all("input", name="_receipt")[0]["value"] == RECEIPT
        assert await stored_rows() == before

    async def test_many_at_once_make_one_row(self, app, client, address) -> None:
        sent = await asyncio.gather(
            *(client.post(address, json={"receipt": RECEIPT, "answers": ANSWERS}) for _ in range(20))
        )
        assert {response.status_code for response in sent} == {201}
        assert len(await stored_rows()) == 1

    async def test_of_two_contents_at_once_one_is_kept(self, client, address) -> None:
        feelings = ["very_safe", "very_unsafe"]
        sent = await asyncio.gather(
            *(
                client.post(address, json={"receipt": RECEIPT, "answers": {**ANSWERS, "FEEL1": feeling}})
                for feeling in feelings
            )
        )
        assert sorted(response.status_code for response in sent) == [201, 409]
        (kept,) = [feeling for feeling, response in zip(feelings, sent, strict=True) if response.status_code == 201]
        (row,) = await stored_rows()
        assert row.answers["FEEL1"] == kept

    async def test_one_receipt_in_two_waves_makes_keys_that_do_not_match(self, client, wave, clock, settings) -> None:
        second = await draft_wave(clock, settings, days=20)
        await open_wave(clock, ACTOR, settings, second.code)
        for code in (wave.code, second.code):
            assert (await client.post(f"/en/survey/{code}", data=form_of(ANSWERS))).status_code == 200
        one, other = await stored_rows()
        assert one.key[:8] != other.key[:8]
        assert one.key[8:] != other.key[8:]


class TestWithdrawing:
    async def test_empties_the_row_and_leaves_a_tombstone(self, client, address) -> None:
        await client.post(address, data=form_of({**ANSWERS, "WISH": SECRET_WISH}))
        await client.post(address, data=form_of(ANSWERS, OTHER))
        assert SECRET_WISH in await everything_stored()
        keys = [row.key for row in await stored_rows()]
        response = await client.post("/en/withdraw", data={"_receipt": RECEIPT.lower().replace("-", " ")})
        assert response.status_code == 200
        assert "Your answer is withdrawn" in page_of(response).words
        rows = await stored_rows()
        assert [row.key for row in rows] == keys
        (tombstone,) = [row for row in rows if row.answers is None]
        assert tombstone.week == ""
        assert SECRET_WISH not in await everything_stored()

    @pytest.mark.parametrize("changed", [{}, {"FEEL1": "very_unsafe"}])
    async def test_a_late_resend_does_not_revive_it(self, client, address, changed) -> None:
        await client.post(address, data=form_of(ANSWERS))
        await client.post("/en/withdraw", data={"_receipt": RECEIPT})
        emptied = await stored_rows()
        response = await client.post(address, data=form_of({**ANSWERS, **changed}))
        assert response.status_code == 410
        assert "were withdrawn and are not taken again" in page_of(response).words
        as_json = await client.post(address, json={"receipt": RECEIPT, "answers": ANSWERS})
        assert as_json.status_code == 410 and as_json.json()["type"] == "/problems/response-withdrawn"
        assert await stored_rows() == emptied

    async def test_twice_finds_nothing_the_second_time(self, client, address) -> None:
        await client.post(address, data=form_of(ANSWERS))
        assert (await client.post("/en/withdraw", data={"_receipt": RECEIPT})).status_code == 200
        again = await client.post("/en/withdraw", data={"_receipt": RECEIPT})
        assert again.status_code == 404
        assert "No answers were found for this receipt" in page_of(again).words

    async def test_an_unknown_receipt_leaves_no_trace(self, client, address) -> None:
        await client.post(address, data=form_of(ANSWERS))
        before = await stored_rows()
        response = await client.post("/en/withdraw", data={"_receipt": OTHER})
        page = page_of(response)
        assert response.status_code == 404
        assert page.all("input", name="_receipt")[0]["value"] == OTHER
        assert await stored_rows() == before

    async def test_what_is_no_receipt_is_told_and_kept_in_the_field(self, client, wave) -> None:
        for typed in ("", "abc", "0123-4567-89AB-CDE", "\x00" * 16, "ß" * 200):
            response = await client.post("/en/withdraw", data={"_receipt": typed})
            page = page_of(response)
            assert response.status_code == 422
            assert "That is not a receipt" in page.words
            (field,) = page.all("input", name="_receipt")
            assert field["aria-invalid"] == "true" and field["value"] == typed

    async def test_is_possible_until_the_grace_period_ends(self, client, address, wave, clock) -> None:
        for receipt in (RECEIPT, OTHER):
            await client.post(address, data=form_of(ANSWERS, receipt))
        clock.now = wave.ends_at + timedelta(hours=24) - timedelta(seconds=1)
        assert (await client.post("/en/withdraw", data={"_receipt": RECEIPT})).status_code == 200
        clock.now += timedelta(seconds=1)
        late = await client.post("/en/withdraw", data={"_receipt": OTHER})
        assert late.status_code == 404
        assert [row.answers is None for row in await stored_rows()].count(True) == 1

    async def test_json_is_answered_without_a_body(self, client, address) -> None:
        await client.post(address, json={"receipt": RECEIPT, "answers": ANSWERS})
        done = await client.post("/en/withdraw", json={"receipt": RECEIPT})
        assert (done.status_code, done.content) == (204, b"")
        again = await client.post("/en/withdraw", json={"receipt": RECEIPT})
        assert again.status_code == 404 and again.json()["type"] == "/problems/receipt-unknown"

    async def test_json_of_another_shape_is_refused(self, client, address) -> None:
        await client.post(address, json={"receipt": RECEIPT, "answers": ANSWERS})
        for body in (b"null", b"[]", b"{}", b'{"receipt": 7}', b'{"receipt": null}', b'{"receipt": "x"}'):
            response = await client.post("/en/withdraw", content=body, headers={"Content-Type": "application/json"})
            assert response.status_code == 422
            assert response.headers["content-type"] == "application/problem+json"
        assert (await stored_rows())[0].answers is not None


async def test_withdrawing_when_no_survey_is_open_says_so_and_leads_nowhere_else(client) -> None:
    response = await client.post("/en/withdraw", data={"_receipt": RECEIPT})
    page = page_of(response)
    assert response.status_code == 404
    assert "No survey is open right now" in page.words and not page.all("form", method="post")
