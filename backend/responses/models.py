"""What is stored of a response: three columns and nothing else."""

from tortoise import fields
from tortoise.models import Model


class Response(Model):
    """One person's answers in one wave. No address, no device, no time of day, no cookie, no order of arrival.

    `key` is the wave's number (8 hex digits, so that a wave is read as one range) and 40 hex digits of the hash of
    the code that the respondent's own phone made (receipt and id in one). It is random, so it orders nobody.
    `week` is the ISO week. `answers` is canonical JSON; None is the tombstone of a withdrawn response, which keeps
    a late resend from reviving it. SQLite keeps the table WITHOUT ROWID: a hidden rowid would be the exact order of
    arrival.
    """

    key = fields.CharField(max_length=48, primary_key=True)
    week = fields.CharField(max_length=8)
    answers = fields.TextField(null=True)

    class Meta:
        table = "response"
