"""Residents' phones under load: each sends one response after another and keeps sending it until it is thanked."""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from backend.core.receipt import receipt_from_bytes
from tests.municipality import ANSWERS

FEELINGS = ("very_safe", "fairly_safe", "fairly_unsafe", "very_unsafe")


def new_response() -> tuple[str, dict[str, Any]]:
    """A receipt and answers that no other response has."""
    receipt = receipt_from_bytes(secrets.token_bytes(10))
    wish = f"{receipt} " + "å" * secrets.randbelow(120)
    return receipt, {**ANSWERS, "FEEL1": secrets.choice(FEELINGS), "WISH": wish.strip()}


class Phones:
    """What was sent and what was thanked for, by receipt, and how often each status came (0: no connection)."""

    def __init__(self, address: str, wave_code: str) -> None:
        self.page = f"{address}/en/survey/{wave_code}"
        self.sent: dict[str, dict[str, Any]] = {}
        self.thanked: set[str] = set()
        self.statuses: Counter[int] = Counter()
        self.problems: Counter[str] = Counter()

    async def send(self, client: httpx.AsyncClient, receipt: str) -> int:
        """Sends a response once; returns the status."""
        try:
            response = await client.post(self.page, json={"receipt": receipt, "answers": self.sent[receipt]})
        except httpx.TransportError:
            self.statuses[0] += 1
            return 0
        if response.status_code == 201:
            self.thanked.add(receipt)
        else:
            self.problems[response.json()["type"]] += 1
        self.statuses[response.status_code] += 1
        return response.status_code

    async def _one_phone(self, client: httpx.AsyncClient) -> None:
        while True:
            receipt, answers = new_response()
            self.sent[receipt] = answers
            while (status := await self.send(client, receipt)) != 201:  # noqa: ASYNC110
                # Trying in vain costs the starting service the processor that it needs.
                await asyncio.sleep(0.02 if status else 0.25)

    @asynccontextmanager
    async def sending(self, number: int = 6) -> AsyncIterator[None]:
        """That many phones send at once for the length of a block."""
        async with httpx.AsyncClient(timeout=20) as client:
            tasks = [asyncio.create_task(self._one_phone(client)) for _ in range(number)]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                ended = await asyncio.gather(*tasks, return_exceptions=True)
        faults = [error for error in ended if not isinstance(error, asyncio.CancelledError)]
        assert not faults, faults

    async def wait_for(self, status: int, more: int = 1) -> None:
        """Until this status has come that many times more."""
        enough = self.statuses[status] + more
        async with asyncio.timeout(60):
            while self.statuses[status] < enough:  # noqa: ASYNC110 (a count, not a single event)
                await asyncio.sleep(0.005)

    async def send_rest(self) -> None:
        """Every phone whose response was not thanked for sends it once more; so do some that were."""
        rest = [receipt for receipt in self.sent if receipt not in self.thanked]
        async with httpx.AsyncClient(timeout=20) as client:
            for receipt in [*rest, *sorted(self.thanked)[:50]]:
                assert await self.send(client, receipt) == 201
