"""Taking back an index that Django made for a foreign key; why, says docs/architecture.md."""

from __future__ import annotations

from django.contrib.postgres.operations import NotInTransactionMixin
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AlterField
from django.db.migrations.state import ProjectState

from brandhub.common.concurrent_indexes import patience


class DropKeyIndex(NotInTransactionMixin, AlterField):
    """``AlterField`` to ``db_index=False`` that drops the key's own index and touches nothing else.

    Django's would drop every b-tree of that one column, a partial unique constraint's among them,
    and would make the foreign key anew, which reads the whole table under a lock. Here nobody who
    writes is made to wait, so the migration is not atomic; one that was broken off is run again.
    """

    atomic = False

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        name, _on = self._index(app_label, schema_editor, to_state)
        with patience(schema_editor):
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        name, on = self._index(app_label, schema_editor, to_state)
        with patience(schema_editor):
            # What was broken off while it was made is there and is of no use.
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            schema_editor.execute(f"CREATE INDEX CONCURRENTLY {name} ON {on}")

    def describe(self) -> str:
        return f"Drop the index of {self.name} on {self.model_name}"

    def _index(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, state: ProjectState
    ) -> tuple[str, str]:
        """The index by the name that Django gives a key's, and what it is on; quoted for SQL."""
        self._ensure_not_in_transaction(schema_editor)
        model = state.apps.get_model(app_label, self.model_name)
        table, column = model._meta.db_table, model._meta.get_field(self.name).column
        # There is no public way to ask.
        name = schema_editor._create_index_name(table, [column])  # type: ignore[attr-defined]
        quote = schema_editor.quote_name
        return quote(name), f"{quote(table)} ({quote(column)})"
