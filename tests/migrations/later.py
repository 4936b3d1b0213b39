"""A later state of the schema: the product's own migrations and one more, as a package made for a test."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import backend.db
import backend.migrate
from backend import migrations

HEAD = """
from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]
    operations = [
"""
ADDITIVE = """
        ops.CreateModel(
            name="Promise",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("text", fields.TextField(default="")),
                ("due_on", fields.DateField(db_index=True)),
            ],
            options={"table": "promise", "app": "models", "pk_attr": "id"},
            bases=["Model"],
        ),
        ops.AddField(model_name="Survey", name="note", field=fields.TextField(null=True)),
"""
FAILING = '        ops.RunSQL("INSERT INTO no_such_table VALUES (1)", ""),\n'
LOSING = '        ops.RunSQL("DELETE FROM account", ""),\n'


def add_migration(monkeypatch: pytest.MonkeyPatch, folder: Path, *operations: str) -> None:
    """Makes the service believe that its migrations have one more, `0002_later`, with these operations."""
    name = f"later_{abs(hash(folder.as_posix()))}_{len(operations)}"
    package = folder / name
    shutil.copytree(Path(migrations.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "0002_later.py").write_text(HEAD + "".join(operations) + "    ]\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    ours: Callable[..., dict[str, Any]] = backend.db.tortoise_config

    def config(database_url: str, **options: bool) -> dict[str, Any]:
        found = ours(database_url, **options)
        found["apps"]["models"]["migrations"] = name
        return found

    for module in (backend.db, backend.migrate):
        monkeypatch.setattr(module, "tortoise_config", config)
    monkeypatch.delitem(sys.modules, name, raising=False)
