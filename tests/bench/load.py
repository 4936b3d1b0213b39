"""A client lean enough not to be what is measured: raw HTTP/1.1 on kept connections, in a process of its own.

Started by `drive` with its orders on standard input; answers with the latencies on standard output.
"""

import asyncio
import json
import secrets
import subprocess
import sys
import time
from collections import Counter
from typing import NamedTuple, cast

import uvloop

from backend.core.receipt import receipt_from_bytes


class Orders(NamedTuple):
    """What to send: `answers` (JSON texts) are posted with fresh receipts; without any the path is fetched."""

    port: int
    path: str
    answers: list[str] = []  # noqa: RUF012 (a NamedTuple's default, never changed)
    connections: int = 32
    seconds: float = 5.0
    # Seconds that a connection rests between two requests; 0 asks for as much as the server can do.
    pause: float = 0.0


class Outcome(NamedTuple):
    """What came back. Latencies are in milliseconds, `most` is the longest."""

    per_second: float
    p50: float
    p99: float
    most: float
    statuses: dict[str, int]


class Running:
    """A load that has been started; `outcome` waits for its end."""

    def __init__(self, orders: Orders) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdin
        self._process.stdin.write(json.dumps(orders))
        self._process.stdin.close()

    def outcome(self) -> Outcome:
        assert self._process.stdout
        report = self._process.stdout.read()
        if self._process.wait() != 0:
            raise RuntimeError("the client failed")
        return Outcome(*json.loads(report))


def drive(orders: Orders) -> Outcome:
    """Sends the load and returns when all answers are there."""
    return Running(orders).outcome()


class _Connection(asyncio.Protocol):
    """One kept connection: sends a request, waits for the whole answer, sends the next."""

    def __init__(
        self, orders: Orders, place: int, until: float, latencies: list[float], statuses: Counter[str]
    ) -> None:
        self.orders = orders
        self.until = until
        self.latencies = latencies
        self.statuses = statuses
        self.turn = place
        self.missing = 0
        self.head = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.WriteTransport, transport)
        self.send()

    def send(self) -> None:
        if time.perf_counter() >= self.until:
            self.transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        request = self.request()
        self.begun = time.perf_counter()
        self.transport.write(request)

    def request(self) -> bytes:
        head = f"{self.orders.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n"
        if not self.orders.answers:
            return f"GET {head}Accept-Language: sv\r\n\r\n".encode()
        self.turn += 1
        receipt = receipt_from_bytes(secrets.token_bytes(10))
        body = f'{{"receipt":"{receipt}","answers":{self.orders.answers[self.turn % len(self.orders.answers)]}}}'
        sent = body.encode()
        return f"POST {head}Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n".encode() + sent

    def data_received(self, data: bytes) -> None:
        if self.missing == 0:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return
            fields = self.head[:end].lower()
            length = fields.partition(b"content-length:")[2].partition(b"\r\n")[0]
            self.status = self.head[9:12].decode()
            self.missing = int(length or 0) - (len(self.head) - end - 4)
            self.head = b""
        else:
            self.missing -= len(data)
        if self.missing == 0:
            self.latencies.append(time.perf_counter() - self.begun)
            self.statuses[self.status] += 1
            if self.orders.pause:
                asyncio.get_running_loop().call_later(self.orders.pause, self.send)
            else:
                self.send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server closed a connection"))


async def _run(orders: Orders) -> Outcome:
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    statuses: Counter[str] = Counter()
    begun = time.perf_counter()
    until = begun + orders.seconds
    connections = []
    for place in range(orders.connections):
        _, connection = await loop.create_connection(
            lambda place=place: _Connection(orders, place * 97, until, latencies, statuses), "127.0.0.1", orders.port
        )
        connections.append(connection)
    # A server that stops answering fails the measurement instead of holding it up for ever.
    async with asyncio.timeout(orders.seconds + 60):
        await asyncio.gather(*(connection.done for connection in connections))
    took = time.perf_counter() - begun
    ordered = sorted(latency * 1000 for latency in latencies)

    def at(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    return Outcome(len(ordered) / took, at(0.5), at(0.99), ordered[-1], dict(statuses))


if __name__ == "__main__":
    print(json.dumps(uvloop.run(_run(Orders(*json.load(sys.stdin))))))
