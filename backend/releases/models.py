"""Releases, their stored files and the nightly looks at a running wave."""

from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from backend.surveys.models import Wave


class Release(Model):
    """A wave's publication. Never edited, only superseded by a higher revision or withdrawn with a public reason.

    Charged (the ledger has been charged) → stored (drawn once, files written) → published. A stored release may be
    withheld, a published one withdrawn; both with a reason that everyone can read.
    """

    id = fields.IntField(primary_key=True)
    code = fields.CharField(max_length=80, unique=True)
    wave: fields.ForeignKeyRelation[Wave] = fields.ForeignKeyField(
        "models.Wave", related_name="releases", on_delete=fields.RESTRICT, db_index=True
    )
    revision = fields.IntField()
    charged_at = fields.DatetimeField()
    stored_at: datetime | None = fields.DatetimeField(null=True)
    published_at: datetime | None = fields.DatetimeField(null=True)
    withheld_at: datetime | None = fields.DatetimeField(null=True)
    withdrawn_at: datetime | None = fields.DatetimeField(null=True)
    reason = fields.TextField(default="")

    class Meta:
        table = "release"
        unique_together = (("wave", "revision"),)


class Blob(Model):
    """Stored bytes under their own SHA-256, gzip-compressed once, never changed."""

    sha256 = fields.CharField(max_length=64, primary_key=True)
    size = fields.IntField()
    gzipped = fields.BinaryField()

    class Meta:
        table = "blob"


class ReleaseFile(Model):
    """A file of a release: its name and the bytes it names. `position` is the order of the download list.

    Files with position 0 are the service's own (the stored figures its pages read) and are not offered for download.
    """

    id = fields.IntField(primary_key=True)
    release: fields.ForeignKeyRelation[Release] = fields.ForeignKeyField(
        "models.Release", related_name="files", on_delete=fields.RESTRICT, db_index=True
    )
    position = fields.IntField()
    name = fields.CharField(max_length=80)
    blob: fields.ForeignKeyRelation[Blob] = fields.ForeignKeyField(
        "models.Blob", related_name="files", on_delete=fields.RESTRICT, db_index=True
    )

    class Meta:
        table = "release_file"
        unique_together = (("release", "name"),)


class ProgressLook(Model):
    """The one noisy look of a night at how many have answered in the whole city, at most thirty a wave."""

    id = fields.IntField(primary_key=True)
    wave: fields.ForeignKeyRelation[Wave] = fields.ForeignKeyField(
        "models.Wave", related_name="looks", on_delete=fields.RESTRICT, db_index=True
    )
    taken_on = fields.DateField()
    noisy_count = fields.IntField()

    class Meta:
        table = "progress_look"
        unique_together = (("wave", "taken_on"),)
