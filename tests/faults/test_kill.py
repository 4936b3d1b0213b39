"""kill -9 at any moment under load: what was thanked for is there, once and whole."""

import asyncio
import random

from tests.faults.phones import Phones
from tests.faults.servers import service
from tests.faults.stored import check_thanked, start_wave_now, stored_answers

KILLS = 20


async def test_what_was_thanked_for_survives_twenty_kills(durable_url) -> None:
    wave = await start_wave_now(durable_url)
    with service(durable_url) as served:
        phones = Phones(served.address, wave.code)
        async with phones.sending():
            for _ in range(KILLS):
                await asyncio.to_thread(served.start)
                await phones.wait_for(201, more=random.randint(1, 60))
                await asyncio.sleep(random.uniform(0, 0.05))
                served.kill()
        assert len(phones.thanked) >= KILLS and phones.statuses[0] > 0
        assert not phones.problems
        check_thanked(phones, wave, await stored_answers(durable_url))
        await asyncio.to_thread(served.start)
        await phones.send_rest()
        stored = await stored_answers(durable_url)
        check_thanked(phones, wave, stored)
        assert len(stored) == len(phones.sent)
