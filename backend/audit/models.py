"""The audit: who of the staff did what, when. Append-only in the database itself (see append_only.py)."""

from tortoise import fields
from tortoise.models import Model


class AuditEntry(Model):
    """One staff action. `detail` holds codes and reasons, never content that is meant to be deleted."""

    id = fields.BigIntField(primary_key=True)
    at = fields.DatetimeField()
    actor = fields.CharField(max_length=254)
    action = fields.CharField(max_length=64)
    object_code = fields.CharField(max_length=128)
    detail = fields.TextField(default="")

    class Meta:
        table = "audit_entry"
