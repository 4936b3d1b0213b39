"""The ledger of privacy loss."""

from tortoise import fields
from tortoise.models import Model


class LedgerEntry(Model):
    """A charge to the privacy budget. Append-only in the database itself (see append_only.py).

    `purpose` says what was paid for, once and never twice: `progress:WAVE` or `release:RELEASE`. `rho` is an exact
    fraction as text.
    """

    id = fields.IntField(primary_key=True)
    year = fields.IntField(db_index=True)
    purpose = fields.CharField(max_length=160, unique=True)
    rho = fields.CharField(max_length=200)
    charged_at = fields.DatetimeField()

    class Meta:
        table = "ledger_entry"
