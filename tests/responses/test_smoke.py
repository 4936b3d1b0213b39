from tests.municipality import ANSWERS, form_of, start_wave
from tests.page_client import page_of


async def test_answer(client, clock, settings):
    wave = await start_wave(clock, settings)
    page = await client.get(f"/en/survey/{wave.code}")
    assert page.status_code == 200
    sent = await client.post(f"/en/survey/{wave.code}", data=form_of(ANSWERS))
    assert sent.status_code == 200
    assert "0123-4567-89AB-CDEF" in page_of(sent).words
