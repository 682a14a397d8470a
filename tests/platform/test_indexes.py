"""The indexes of a migrated database: what each would cost again, and what must not be missing."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from brandhub.common.concurrent_indexes import AddIndex, RemoveIndex
from brandhub.common.key_indexes import DropKeyIndex
from styles.models import Style
from tests.factories import BrandFactory, StyleFactory

#: Pairs of which the first is of no use: all that it finds, the second finds as well.
_PREFIXES_SQL = """
SELECT short.indexrelid::regclass::text, long.indexrelid::regclass::text
FROM pg_index AS short
JOIN pg_index AS long
  ON long.indrelid = short.indrelid AND long.indexrelid <> short.indexrelid
CROSS JOIN LATERAL (SELECT short.indnkeyatts - 1 AS n) AS last
WHERE short.indrelid = ANY(%s::regclass[])
  AND NOT short.indisunique AND short.indexprs IS NULL
  AND pg_get_expr(long.indpred, long.indrelid)
      IS NOT DISTINCT FROM pg_get_expr(short.indpred, short.indrelid)
  AND (long.indkey::int2[])[0:last.n] = (short.indkey::int2[])[0:last.n]
  AND (long.indclass::oid[])[0:last.n] = (short.indclass::oid[])[0:last.n]
  AND (long.indcollation::oid[])[0:last.n] = (short.indcollation::oid[])[0:last.n]
  AND (long.indoption::int2[])[0:last.n] = (short.indoption::int2[])[0:last.n]
ORDER BY 1, 2
"""


def _own_models() -> list[type[models.Model]]:
    """Without the tables that Django makes for many-to-many fields, whose indexes are its own."""
    packages = ("brandhub.", "styles.", "avatars.", "moderation.")
    return [each for each in apps.get_models() if each.__module__.startswith(packages)]


def _prefixes() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_PREFIXES_SQL, [[each._meta.db_table for each in _own_models()]])
        return cursor.fetchall()


def _indexes_of(model: type[models.Model]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = %s", [model._meta.db_table]
        )
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_no_index_is_the_beginning_of_another() -> None:
    assert _prefixes() == []


@pytest.mark.django_db
def test_every_index_and_unique_constraint_of_the_models_is_there() -> None:
    declared = {
        each.name: model
        for model in _own_models()
        for each in [*model._meta.indexes, *model._meta.constraints]
        if isinstance(each, models.Index | models.UniqueConstraint)
    }
    missing = [name for name, model in declared.items() if name not in _indexes_of(model)]
    assert missing == []


@pytest.mark.django_db(transaction=True)
def test_a_keys_index_can_be_made_again_and_dropped_again() -> None:
    # given: a key whose index was taken back
    operation = DropKeyIndex("style", "brand", Style._meta.get_field("brand").clone())
    state = ProjectState.from_apps(apps)
    without = _indexes_of(Style)
    with connection.schema_editor(atomic=False) as editor:
        # when
        operation.database_backwards("styles", editor, state, state)
        # then: it is there under the name that Django gives it, and is seen to be of no use
        (made,) = _indexes_of(Style) - without
        assert made == "styles_style_brand_id_82d9b53e"
        assert _prefixes() == [(made, "style_slug_once_per_brand")]
        # when
        operation.database_forwards("styles", editor, state, state)
    # then
    assert _indexes_of(Style) == without


def test_a_migration_that_is_not_atomic_holds_only_what_can_be_run_again() -> None:
    packages = ("brandhub.", "styles.", "avatars.", "moderation.")
    others = [
        (str(migration), type(each).__name__)
        for migration in MigrationLoader(None).disk_migrations.values()
        if migration.__module__.startswith(packages) and not migration.atomic
        for each in migration.operations
        if not isinstance(each, AddIndex | RemoveIndex | DropKeyIndex)
    ]
    assert others == []


@pytest.mark.django_db(transaction=True)
class TestIndexesWhileRequestsComeIn:
    """Made and dropped by migrations that may be broken off at any statement."""

    INDEX = models.Index(fields=["brand"], name="style_of_a_test")

    def test_an_index_that_was_broken_off_is_made_anew(self) -> None:
        # given: half an index of that name
        StyleFactory.create_batch(2, brand=BrandFactory())
        with connection.cursor() as cursor, pytest.raises(IntegrityError):
            cursor.execute(
                "CREATE UNIQUE INDEX CONCURRENTLY style_of_a_test ON styles_style (brand_id)"
            )
        assert _validity("style_of_a_test") == [False]
        state = ProjectState.from_apps(apps)
        adding = AddIndex("style", self.INDEX)
        after = state.clone()
        adding.state_forwards("styles", after)
        with connection.schema_editor(atomic=False) as editor:
            # when
            adding.database_forwards("styles", editor, state, after)
            # then: and again, as when a later operation of the migration was broken off
            assert _validity("style_of_a_test") == [True]
            adding.database_forwards("styles", editor, state, after)
            assert _validity("style_of_a_test") == [True]
            # when
            adding.database_backwards("styles", editor, after, state)
            # then
            assert _validity("style_of_a_test") == []

    def test_one_that_was_dropped_may_be_dropped_again_and_made_again(self) -> None:
        without = ProjectState.from_apps(apps)
        state = without.clone()
        state.add_index("styles", "style", self.INDEX)
        removing = RemoveIndex("style", "style_of_a_test")
        with connection.schema_editor(atomic=False) as editor:
            removing.database_backwards("styles", editor, without, state)
            removing.database_backwards("styles", editor, without, state)
            assert _validity("style_of_a_test") == [True]
            removing.database_forwards("styles", editor, state, without)
            removing.database_forwards("styles", editor, state, without)
            assert _validity("style_of_a_test") == []

    def test_they_wait_for_whoever_began_before_without_an_end(self) -> None:
        limits = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if "CONCURRENTLY" in sql:
                limits.append(_limits())
            return execute(sql, params, many, context)

        usual = _limits()
        state = ProjectState.from_apps(apps)
        after = state.clone()
        adding = AddIndex("style", self.INDEX)
        adding.state_forwards("styles", after)
        with connection.schema_editor(atomic=False) as editor, connection.execute_wrapper(note):
            adding.database_forwards("styles", editor, state, after)
            adding.database_backwards("styles", editor, after, state)

        assert usual[0] == "5s"
        assert limits == [("0", "0"), ("0", "0")]
        assert _limits() == usual


def _validity(name: str) -> list[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [name])
        return [valid for (valid,) in cursor.fetchall()]


def _limits() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('lock_timeout'), current_setting('statement_timeout')"
        )
        return cursor.fetchone()
