"""What keeps a sandbox from becoming live when its migrations are taken back."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations import AddField
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from brandhub.common.one_way import NoWayBackFromSandboxes
from tests.factories import ApiClientFactory, BotFactory


def test_each_column_that_marks_a_sandbox_is_asked_for_before_it_goes() -> None:
    marked, asked = set(), set()
    for migration in MigrationLoader(None).disk_migrations.values():
        for each in migration.operations:
            if isinstance(each, AddField) and each.name == "sandbox":
                marked.add(f"{migration.app_label}.{each.model_name_lower}")
                # Asked first on the way back.
                assert isinstance(migration.operations[-1], NoWayBackFromSandboxes)
            elif isinstance(each, NoWayBackFromSandboxes):
                asked |= {name.lower() for name in each.models}

    assert asked == marked != set()


@pytest.mark.django_db
def test_there_is_a_way_back_until_something_is_in_a_sandbox() -> None:
    operation = NoWayBackFromSandboxes("avatars.Bot")
    state = ProjectState.from_apps(apps)
    with connection.schema_editor() as editor:
        BotFactory(sandbox=False)
        operation.database_backwards("avatars", editor, state, state)

        BotFactory(sandbox=True, client=ApiClientFactory())
        with pytest.raises(IrreversibleError, match=r"avatars\.Bot has rows of a sandbox"):
            operation.database_backwards("avatars", editor, state, state)
