"""Argon2id passwords. Hashing takes 64 MiB and a good part of a second, so it runs in a thread, two at a time."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()
_turnstile = asyncio.Semaphore(2)

# Checked when there is no such account, so that the time taken does not tell who has one.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$6z6/C3FzUsw1/DAU31o4UA$wDN24eRT4KsYW48W+uawrhiay416pUYLWuqPpMbkBQA"


async def hash_password(password: str) -> str:
    async with _turnstile:
        return await asyncio.to_thread(_hasher.hash, password)


async def password_matches(password_hash: str, password: str) -> bool:
    async with _turnstile:
        try:
            return await asyncio.to_thread(_hasher.verify, password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
