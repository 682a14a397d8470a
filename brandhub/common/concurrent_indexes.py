"""Indexes made and dropped while requests come in, by migrations that may be broken off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.postgres import operations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState
from django.db.models import Index, Model

_IS_VALID_SQL = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)"


class AddIndex(operations.AddIndexConcurrently):
    """``AddIndexConcurrently`` that takes as long as it must and can be run again.

    An index that is there and whole stays; one that was broken off while it was made is made anew.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            _make(schema_editor, model, self.index)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        with patience(schema_editor):
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class RemoveIndex(operations.RemoveIndexConcurrently):
    """``RemoveIndexConcurrently`` that takes as long as it must and can be run again."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        with patience(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            state = to_state.models[app_label, self.model_name_lower]
            _make(schema_editor, model, state.get_index_by_name(self.name))


@contextmanager
def patience(schema_editor: BaseDatabaseSchemaEditor) -> Iterator[None]:
    """Let what is ``CONCURRENTLY`` wait without an end: for every transaction older than it.

    Nobody who reads or writes waits for it meanwhile, whereas a time limit, which every connection
    has, would leave half an index behind.
    """
    schema_editor.execute("SET lock_timeout = 0")
    schema_editor.execute("SET statement_timeout = 0")
    try:
        yield
    finally:
        schema_editor.execute("RESET statement_timeout")
        schema_editor.execute("RESET lock_timeout")


def _make(schema_editor: BaseDatabaseSchemaEditor, model: type[Model], index: Index) -> None:
    name = schema_editor.quote_name(index.name)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_IS_VALID_SQL, [name])
        found = cursor.fetchone()
    if found == (True,):
        return
    with patience(schema_editor):
        if found:
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        schema_editor.add_index(model, index, concurrently=True)  # type: ignore[call-arg]
