"""What the database holds, for proving that a refusal changed nothing of it."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Model


def rows_of(models: Iterable[type[Model]]) -> dict[str, list[str]]:
    """Every row of ``models`` by the model's label, as PostgreSQL writes it, in no order of theirs.

    Asked for at once: tests compare all tables before and after, hundreds of times.
    """
    labels = [(model._meta.db_table, model._meta.label) for model in models]
    asked = " UNION ALL ".join(
        f"SELECT '{label}', whole_row::text FROM {connection.ops.quote_name(table)} AS whole_row"  # noqa: S608 - labels of our own
        for table, label in labels
    )
    found: dict[str, list[str]] = {label: [] for _table, label in labels}
    with connection.cursor() as cursor:
        cursor.execute(asked)
        for label, row in cursor.fetchall():
            found[label].append(row)
    return {label: sorted(rows) for label, rows in found.items()}
