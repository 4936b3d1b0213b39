"""Operations that Tortoise's migrations lack."""

from tortoise.migrations.operations import CreateModel
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State


class CreateModelInKeyOrder(CreateModel):
    """CreateModel whose SQLite table is WITHOUT ROWID: rows lie in key order, with no hidden order of arrival."""

    async def database_forward(
        self,
        app_label: str,
        old_state: State,
        new_state: State,
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        if not state_editor:
            return
        if state_editor.DIALECT != "sqlite":
            await super().database_forward(app_label, old_state, new_state, state_editor)
            return
        model = new_state.apps.get_model(f"{app_label}.{self.name}")
        statement = state_editor._get_model_sql_data(model).table_sql.rstrip().removesuffix(";")
        await state_editor._run_sql(f"{statement} WITHOUT ROWID;")
