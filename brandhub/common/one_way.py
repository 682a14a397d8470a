"""Migrations that are not taken back once something depends on them."""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.exceptions import IrreversibleError


class NoWayBackFromSandboxes(RunPython):
    """Refuses to unapply the migration while a row of ``models`` is of a sandbox.

    Without its column the row would be live. Stands last among the operations, so that it is asked
    first on the way back. Raises ``IrreversibleError`` there.
    """

    def __init__(self, *models: str) -> None:
        super().__init__(RunPython.noop, self._refuse)
        self.models = models

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, list(self.models), {}

    def _refuse(self, apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for name in self.models:
            rows = apps.get_model(name)._default_manager.using(schema_editor.connection.alias)
            if rows.filter(sandbox=True).exists():
                raise IrreversibleError(f"{name} has rows of a sandbox, which would become live.")
