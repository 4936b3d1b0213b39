"""The page with the form, and what comes back after sending it: plain HTML, in every language, without script."""

from tests.municipality import ANSWERS, RECEIPT, form_of
from tests.page_client import Page, page_of
from tests.responses.stored import stored_rows

FIRST_QUESTION = {"sv": "Hur trygg är du ute när det är mörkt?", "en": "How safe are you out after dark?"}
FAULTS = {"district": "nowhere", "FEEL1": "happy", "FIRST": ["light", "adults", "traffic"], "WISH": "x" * 141}
FAULTY = [
    ("district", "", "Choose your district"),
    ("district", "atlantis", "This district is not on the list"),
    ("district", ["hamnen", "byn"], "Choose only one district"),
    ("FEEL1", "", "Please answer this question"),
    ("FEEL1", "extremely_safe", "not one of the choices"),
    ("FEEL1", "_not_shown", "not one of the choices"),
    ("FEEL1", ["very_safe", "fairly_safe"], "Choose only one answer"),
    ("FEEL1", "%zz", "not one of the choices"),
    ("FIRST", ["light", "adults", "traffic"], "Choose at most 2"),
    ("FIRST", ["light", "light"], "came twice"),
    ("FIRST", ["light", "_dont_know"], "not both"),
    ("WISH", "a\x00b", "cannot be stored"),
    ("WISH", "x" * 141, "141 characters; at most 140"),
    ("WISH", ["one", "two"], "Write only one answer"),
    ("age", "17", "not one of the choices"),
    ("gender", ["woman", "man"], "Choose only one answer"),
    ("GHOST", "yes", "There is no question called “GHOST”"),
    ("\x00\u202ename", "yes", "There is no question called"),
]


def receipt_in(page: Page) -> str:
    (hidden,) = page.all("input", name="_receipt")
    return hidden["value"]


def chosen(page: Page) -> dict[str, list[str]]:
    """What is filled in on the page: ticked boxes and the chosen district."""
    ticked: dict[str, list[str]] = {}
    for box in page.all("input"):
        if "checked" in box and box["value"]:
            ticked.setdefault(box["name"], []).append(box["value"])
    return ticked | {"district": [option["value"] for option in page.all("option") if "selected" in option]}


class TestForm:
    async def test_every_language_shows_the_whole_questionnaire(self, client, wave) -> None:
        # Arabic is not a language of this survey: its page shows the survey's first one.
        for language, question in (*FIRST_QUESTION.items(), ("ar", FIRST_QUESTION["sv"])):
            response = await client.get(f"/{language}/survey/{wave.code}")
            page = page_of(response)
            assert response.status_code == 200
            assert response.headers["content-language"] == language
            assert question in page.words
            names = {field["name"] for tag in ("input", "select", "textarea") for field in page.all(tag)}
            assert names == {"_receipt", "district", "FEEL1", "SEEN", "TOLD", "FIRST", "WISH", "age", "gender"}
            districts = {option["value"] for option in page.all("option")}
            assert districts == {"", "hamnen", "stranden", "skogen", "byn", "_elsewhere"}

    async def test_works_without_script(self, client, wave, address) -> None:
        page = page_of(await client.get(address))
        (form,) = [form for form in page.all("form") if form.get("method") == "post"]
        # It posts to its own address as the one kind of form that needs no script, and has a button to do so.
        assert form.get("action", "") == "" and "enctype" not in form
        assert [b for b in page.all("button", type="submit") if "hidden" not in b]
        sections = [field for field in page.all("fieldset") if "section" in field.get("class", "").split()]
        assert len(sections) == 3 and not [section for section in sections if "hidden" in section]

    async def test_carries_a_new_receipt_each_time(self, client, address) -> None:
        receipts = [receipt_in(page_of(await client.get(address))) for _ in range(5)]
        assert len(set(receipts)) == 5

    async def test_nothing_is_stored_by_looking(self, client, address) -> None:
        await client.get(address)
        assert await stored_rows() == []


class TestThanks:
    async def test_shows_the_receipt_that_the_form_carried(self, client, wave) -> None:
        for language in ("sv", "en", "ar"):
            address = f"/{language}/survey/{wave.code}"
            receipt = receipt_in(page_of(await client.get(address)))
            sent = await client.post(address, data=form_of(ANSWERS, receipt))
            assert sent.status_code == 200
            assert receipt in page_of(sent).words
        rows = await stored_rows()
        assert [row.answers for row in rows] == [{**ANSWERS, "TOLD": "_not_shown"}] * 3

    async def test_a_receipt_made_on_the_phone_is_taken_as_it_is(self, client, address) -> None:
        sent = await client.post(address, data=form_of(ANSWERS, "0123 4567 89ab cdef"))
        assert RECEIPT in page_of(sent).words

    async def test_a_form_in_parts_is_taken_as_well(self, client, address) -> None:
        parts = [(name, (None, value)) for name, value in form_of({**ANSWERS, "FIRST": "light"}).items()]
        sent = await client.post(address, files=parts)
        assert sent.status_code == 200
        assert (await stored_rows())[0].answers["FIRST"] == ["light"]

    async def test_what_was_left_open_is_not_stored(self, client, address) -> None:
        blank = {"district": "_elsewhere", "FEEL1": "_prefer_not", "SEEN": "", "WISH": "  ", "age": "", "gender": ""}
        assert (await client.post(address, data=form_of(blank))).status_code == 200
        (row,) = await stored_rows()
        assert row.answers == {"district": "_elsewhere", "FEEL1": "_prefer_not", "TOLD": "_not_shown"}

    async def test_text_in_any_script_comes_through(self, client, address) -> None:
        wish = "Fler lampor på Öbacka – إنارة أفضل 🌙"
        await client.post(address, data=form_of({**ANSWERS, "WISH": wish}))
        assert (await stored_rows())[0].answers["WISH"] == wish


class TestFaults:
    async def test_are_told_at_the_field_and_in_a_summary(self, client, address) -> None:
        response = await client.post(address, data=form_of(FAULTS))
        page = page_of(response)
        assert response.status_code == 422
        (summary,) = page.all("div", id="errors")
        assert summary["role"] == "alert"
        links = {link["href"] for link in page.all("a") if link.get("href", "").startswith("#q-")}
        assert links == {"#q-district", "#q-FEEL1", "#q-FIRST", "#q-WISH"}
        ids = {attributes.get("id") for _, attributes in page.elements}
        assert {link.removeprefix("#") for link in links} <= ids
        assert {f"e-{name}" for name in FAULTS} <= ids
        assert await stored_rows() == []

    async def test_keep_what_was_typed_and_the_receipt(self, client, address) -> None:
        typed = {
            **ANSWERS,
            "SEEN": "yes",
            "FIRST": ["light", "adults", "traffic"],
            "WISH": '</textarea><b>"mer ljus"</b>',
            "gender": "other",
        }
        response = await client.post(address, data=form_of(typed))
        page = page_of(response)
        assert response.status_code == 422
        assert receipt_in(page) == RECEIPT
        assert chosen(page) == {
            "district": ["hamnen"],
            "FEEL1": ["very_safe"],
            "SEEN": ["yes"],
            "FIRST": ["light", "adults", "traffic"],
            "age": ["16-39"],
            "gender": ["other"],
        }
        assert typed["WISH"] in page.words

    async def test_each_is_named(self, client, address) -> None:
        for field, value, message in FAULTY:
            response = await client.post(address, data=form_of({**ANSWERS, field: value}))
            assert response.status_code == 422, field
            assert message in page_of(response).words, field
        assert await stored_rows() == []

    async def test_speak_the_language_of_the_page(self, client, wave) -> None:
        told = {}
        for language in ("sv", "en", "ar"):
            response = await client.post(f"/{language}/survey/{wave.code}", data=form_of(FAULTS))
            told[language] = response.text.partition('id="e-FEEL1"')[2].partition("</p>")[0]
        assert len(set(told.values())) == 3

    async def test_a_form_without_a_proper_receipt_gets_a_new_one(self, client, address) -> None:
        for receipt in ("", "1234", "U123-4567-89AB-CDEF", "0" * 200, "\x00" * 16, "é" * 16):
            response = await client.post(address, data=form_of(ANSWERS, receipt))
            page = page_of(response)
            assert response.status_code == 422
            assert "That is not a receipt" in page.words
            assert chosen(page)["FEEL1"] == ["very_safe"]
            assert receipt_in(page) != receipt
        assert await stored_rows() == []
        assert (await client.post(address, data=form_of(ANSWERS, receipt_in(page)))).status_code == 200

    async def test_answers_to_a_question_that_is_not_shown_are_dropped(self, client, address) -> None:
        sent = await client.post(address, data=form_of({**ANSWERS, "SEEN": "no", "TOLD": "yes"}))
        assert sent.status_code == 200
        assert (await stored_rows())[0].answers["TOLD"] == "_not_shown"
