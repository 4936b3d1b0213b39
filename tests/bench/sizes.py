"""What a phone has to fetch for a page: the page, its styles, scripts and icons, as they travel."""

import re
import socket
from typing import NamedTuple
from urllib.parse import urljoin

_LOADED = re.compile(
    r'<(?:link[^>]*rel="(?:stylesheet|modulepreload|icon|manifest)"[^>]*href|script[^>]*src|img[^>]*src)="([^"]+)"'
)
_LINKED = re.compile(r'<link[^>]*href="([^"]+)"[^>]*rel="(?:stylesheet|modulepreload|icon|manifest)"')
_IMPORTED = re.compile(r"""(?:\bfrom|^import)\s+["'](\.[^"']+)["']""", re.MULTILINE)


def fetch(port: int, path: str, encoding: str = "gzip") -> tuple[int, bytes]:
    """Fetches over a connection of its own; returns the bytes that came, head included, and the body."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: {encoding}\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    if not received.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{path}: {received[:60]!r}")
    return len(received), received.partition(b"\r\n\r\n")[2]


class Weight(NamedTuple):
    """Bytes of one answer: its compressed content, and all of it with the head as HTTP/1.1 sends it."""

    content: int
    whole: int


def weigh(port: int, path: str) -> Weight:
    whole, body = fetch(port, path)
    return Weight(len(body), whole)


def page_weight(port: int, path: str) -> dict[str, Weight]:
    """Every address that the page loads by itself, with what travels for it."""
    weights = {path: weigh(port, path)}
    html = fetch(port, path, "identity")[1].decode()
    waiting = [urljoin(path, found) for found in {*_LOADED.findall(html), *_LINKED.findall(html)}]
    while waiting:
        address = waiting.pop()
        if address in weights or address.startswith("data:"):
            continue
        weights[address] = weigh(port, address)
        if address.endswith(".js"):
            script = fetch(port, address, "identity")[1].decode()
            waiting += [urljoin(address, found) for found in _IMPORTED.findall(script)]
    return weights
