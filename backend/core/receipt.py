"""The receipt of a response: 80 random bits made on the phone, shown as `XXXX-XXXX-XXXX-XXXX`.

It is the response's id and the only way to withdraw it. Only `receipt_key` is stored. The alphabet is Crockford's
base 32 (https://www.crockford.com/base32.html): no I, L, O and U, so that it survives being read aloud.
"""

import hashlib

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
"""Characters of five bits each."""

_DOMAIN = b"delaktig receipt 1"
# Longer input is no receipt with a few spaces in it; it is not worth reading.
_LONGEST_INPUT = 100
_SEPARATORS = dict.fromkeys(map(ord, " \t\r\n\u00a0\u202f-\u2010\u2011\u2012\u2013\u2014\u2212"))
_CHARACTERS = {c: c for c in ALPHABET} | {c.lower(): c for c in ALPHABET}
_CHARACTERS |= dict.fromkeys("Oo", "0") | dict.fromkeys("IiLl", "1")


def normalise_receipt(text: str) -> str | None:
    """The 16 characters of a receipt as somebody typed it, or None when it cannot be one.

    Spaces, dashes and small letters are forgiven, as are O for 0 and I or L for 1.
    """
    if len(text) > _LONGEST_INPUT:
        return None
    characters = [_CHARACTERS.get(c) for c in text.translate(_SEPARATORS)]
    known = [c for c in characters if c is not None]
    return "".join(known) if len(known) == len(characters) == LENGTH else None


def format_receipt(receipt: str) -> str:
    """A normalised receipt in four groups of four, as it is shown. Raises ValueError for anything else."""
    _require_normalised(receipt)
    return "-".join(receipt[start : start + 4] for start in range(0, LENGTH, 4))


def receipt_from_bytes(ten_bytes: bytes) -> str:
    """The normalised receipt of 10 random bytes, most significant bit first. Raises ValueError for more or fewer."""
    if len(ten_bytes) != 10:
        raise ValueError("a receipt is made of 10 bytes")
    number = int.from_bytes(ten_bytes, "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in range(75, -1, -5))


def receipt_key(wave_code: str, receipt: str) -> bytes:
    """The 32 bytes under which the response is stored: SHA-256 of a fixed prefix, the wave and the receipt.

    The wave is part of it, so that one receipt used in two waves does not link two responses. `receipt` is
    normalised; raises ValueError otherwise, because another spelling would silently be another response.
    """
    _require_normalised(receipt)
    return hashlib.sha256(b"\0".join((_DOMAIN, wave_code.encode(), receipt.encode()))).digest()


def _require_normalised(receipt: str) -> None:
    if normalise_receipt(receipt) != receipt:
        raise ValueError("not a normalised receipt")
