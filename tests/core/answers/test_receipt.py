"""Receipts: how they are made, read back from what people type, and turned into the stored key."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.receipt import ALPHABET, format_receipt, normalise_receipt, receipt_from_bytes, receipt_key

RECEIPTS = st.binary(min_size=10, max_size=10).map(receipt_from_bytes)


def test_bytes_become_base_32_most_significant_bit_first():
    assert receipt_from_bytes(bytes(10)) == "0" * 16
    assert receipt_from_bytes(b"\xff" * 10) == "Z" * 16
    assert receipt_from_bytes(bytes.fromhex("00443214c74254b635cf")) == "0123456789ABCDEF"
    assert receipt_from_bytes(bytes(9) + b"\x01") == "0" * 15 + "1"


@given(st.binary(min_size=10, max_size=10))
def test_no_two_byte_strings_share_a_receipt(ten_bytes):
    number = 0
    for character in receipt_from_bytes(ten_bytes):
        number = number * 32 + ALPHABET.index(character)
    assert number.to_bytes(10, "big") == ten_bytes


@given(RECEIPTS, st.data())
def test_a_receipt_is_read_back_however_it_is_typed(receipt, data):
    confusable = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        data.draw(st.sampled_from(confusable.get(character, character + character.lower())))
        + data.draw(st.sampled_from(["", "", "-", " ", "–", "\u00a0"]))
        for character in receipt
    )
    assert normalise_receipt(typed) == receipt
    assert normalise_receipt(format_receipt(receipt)) == receipt


def test_it_is_shown_in_four_groups():
    assert format_receipt("0123456789ABCDEF") == "0123-4567-89AB-CDEF"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0123-4567-89AB-CDE",
        "0123-4567-89AB-CDEF0",
        "U123-4567-89AB-CDEF",
        "0123-4567-89AB-CDE*",
        "0123-4567-89AB-CDEÉ",
        "٠123-4567-89AB-CDEF",
        "0123\x004567-89AB-CDEF",
        "0123456789ABCDEF" + " " * 100,
    ],
)
def test_what_cannot_be_a_receipt_is_none(typed):
    assert normalise_receipt(typed) is None


@given(st.text())
def test_any_text_is_a_receipt_or_none(text):
    receipt = normalise_receipt(text)
    assert receipt is None or (len(receipt) == 16 and set(receipt) <= set(ALPHABET))


def test_the_key_is_a_hash_of_prefix_wave_and_receipt():
    key = receipt_key("2026-1", "0123456789ABCDEF")
    assert key == hashlib.sha256(b"delaktig receipt 1\x002026-1\x000123456789ABCDEF").digest()
    assert key != receipt_key("2026-2", "0123456789ABCDEF")
    assert key != receipt_key("2026-1", "0123456789ABCDEG")


@pytest.mark.parametrize("receipt", ["0123-4567-89AB-CDEF", "0123456789abcdef", "O123456789ABCDEF", ""])
def test_a_receipt_that_was_not_normalised_has_no_key(receipt):
    with pytest.raises(ValueError, match="not a normalised receipt"):
        receipt_key("2026-1", receipt)
    with pytest.raises(ValueError, match="not a normalised receipt"):
        format_receipt(receipt)


@pytest.mark.parametrize("length", [0, 9, 11])
def test_a_receipt_is_made_of_ten_bytes(length):
    with pytest.raises(ValueError, match="10 bytes"):
        receipt_from_bytes(bytes(length))
