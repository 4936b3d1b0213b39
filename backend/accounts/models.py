"""Staff accounts and their sessions. Residents have none."""

from tortoise import fields
from tortoise.models import Model


class Account(Model):
    """A member of staff: planner or administrator."""

    id = fields.IntField(primary_key=True)
    email = fields.CharField(max_length=254, unique=True)
    name = fields.CharField(max_length=120)
    role = fields.CharField(max_length=32)
    password_hash = fields.CharField(max_length=255)
    is_active = fields.BooleanField(default=True)

    class Meta:
        table = "account"


class Session(Model):
    """A sign-in. Only the hash of the cookie's token is stored, so that a copy of the database opens nothing."""

    token_hash = fields.CharField(max_length=64, primary_key=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="sessions", on_delete=fields.CASCADE, db_index=True
    )
    expires_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "session"
