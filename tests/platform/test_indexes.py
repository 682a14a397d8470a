"""The indexes of a migrated database: what each would cost again, and what must not be missing."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.state import ProjectState

from brandhub.common.key_indexes import DropKeyIndex
from styles.models import Style

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
