"""What a migration may hold: additive operations only, because on SQLite all others rebuild tables and lose rows."""

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tortoise import Tortoise
from tortoise.migrations import operations as ops
from tortoise.migrations.autodetector import MigrationAutodetector

from backend import migrations
from backend.db import tortoise_config
from backend.migrations._operations import CreateModelInKeyOrder

ADDITIVE = {ops.CreateModel, CreateModelInKeyOrder, ops.AddField, ops.AddIndex, ops.RunSQL}
NAMES = sorted(path.stem for path in Path(migrations.__file__).parent.glob("0*.py"))


def faults(operation: object) -> Iterator[str]:
    """Why an operation may not stand in a migration."""
    if type(operation) not in ADDITIVE:
        yield f"{type(operation).__name__} is not additive"
    if isinstance(operation, ops.RunSQL):
        statements = operation.sql if isinstance(operation.sql, str) else ";".join(map(str, operation.sql))
        if ";" in statements.strip().removesuffix(";"):
            yield "SQL is split at every semicolon on SQLite: one statement an operation"
    if isinstance(operation, ops.CreateModel):
        texts = [operation.options.get("table_description", "")]
        texts += [field.description or "" for _, field in operation.fields]
        if any(";" in text for text in texts):
            yield "a description becomes part of the SQL, which is split at every semicolon"
    if isinstance(operation, ops.AddField) and not (operation.field.null or operation.field.default is not None):
        yield "a new column needs a default or has to allow NULL: there are rows already"


@pytest.mark.parametrize("name", NAMES)
def test_a_migration_only_adds(name: str) -> None:
    migration = importlib.import_module(f"backend.migrations.{name}").Migration
    assert migration.operations
    assert [fault for operation in migration.operations for fault in faults(operation)] == []


def test_the_migrations_are_one_row() -> None:
    assert [name[:4] for name in NAMES] == [f"{number:04}" for number in range(1, len(NAMES) + 1)]


def test_what_is_refused_is_found() -> None:
    from tortoise import fields

    refused = [
        ops.RemoveField("Wave", "code"),
        ops.AlterField("Wave", "code", fields.TextField()),
        ops.RenameField("Wave", "code", "name"),
        ops.DeleteModel("Wave"),
        ops.RunSQL("DELETE FROM wave; DELETE FROM survey", ""),
        ops.AddField("Wave", "note", fields.TextField()),
        ops.CreateModel("X", fields=[], options={"table_description": "One; two"}),
    ]
    assert [len(list(faults(operation))) for operation in refused] == [1] * len(refused)
    assert not list(faults(ops.AddField("Wave", "note", fields.TextField(null=True))))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_models_have_no_change_without_a_migration(opened) -> None:
    detector = MigrationAutodetector(Tortoise.apps, tortoise_config(opened.database_url)["apps"])
    assert await detector.changes() == []
