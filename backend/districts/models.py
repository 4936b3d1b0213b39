"""Tables of the city's division: areas, the districts in them and how many people live there."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Area(Model):
    """A pre-declared group of districts, for figures that one district is too small for."""

    code = fields.CharField(max_length=64, primary_key=True)
    names: dict[str, str] = fields.JSONField()
    # The language that the file was written in; the order of `names` cannot tell it (PostgreSQL sorts keys).
    language = fields.CharField(max_length=35)
    position = fields.IntField()

    class Meta:
        table = "area"


class District(Model):
    """A district as it was drawn in one boundary vintage, retired rather than deleted when it ends.

    `geometry` is the text of a GeoJSON Polygon or MultiPolygon in WGS84, kept as text so that it is published
    byte for byte as it was stored. `geometry_hash` is its SHA-256 in hexadecimal, `kind` a free word of the
    municipality's (`urban`, `rural`), `position` the place in lists.
    """

    code = fields.CharField(max_length=64, primary_key=True)
    area: fields.ForeignKeyRelation[Area] = fields.ForeignKeyField(
        "models.Area", related_name="districts", on_delete=fields.RESTRICT, db_index=True
    )
    area_id: str
    names: dict[str, str] = fields.JSONField()
    language = fields.CharField(max_length=35)
    kind = fields.CharField(max_length=64, null=True)
    geometry = fields.TextField()
    geometry_hash = fields.CharField(max_length=64)
    boundary_vintage = fields.CharField(max_length=64)
    position = fields.IntField()
    is_active = fields.BooleanField(default=True)

    class Meta:
        table = "district"


class Population(Model):
    """Persons of one sex (`woman`, `man`) and age band of a district (the open last band has no `age_to`)."""

    id = fields.IntField(primary_key=True)
    district: fields.ForeignKeyRelation[District] = fields.ForeignKeyField(
        "models.District", related_name="population", on_delete=fields.RESTRICT
    )
    district_id: str
    age_from = fields.IntField()
    age_to = fields.IntField(null=True)
    sex = fields.CharField(max_length=8)
    persons = fields.IntField()

    class Meta:
        table = "population"
        # The index of this also serves the foreign key, whose column comes first.
        unique_together = (("district", "age_from", "sex"),)


def ordered_names(names: dict[str, Any], language: str) -> dict[str, str]:
    """Names with the municipality's own language first, which is what a missing translation falls back to."""
    return {key: str(names[key]) for key in sorted(names, key=lambda key: (key != language, key))}
