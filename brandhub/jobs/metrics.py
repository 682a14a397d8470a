"""How the queues stand: what waits, for how long, who holds it, and which nobody listens to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import Value

from brandhub.common.counting import COUNTED
from brandhub.common.metrics.gauges import Gauge, Sample, register_reading, seconds, some
from brandhub.jobs.listeners import Line, all_lines, unheard_queues
from brandhub.jobs.protocol import LEASE_EXPIRED

_LABELS = ("queue", "work")
OLDEST_DUE = Gauge(
    "brandhub_queue_oldest_due_seconds",
    "Seconds for which the row that waits longest has been due; 0 where nothing is due.",
    _LABELS,
)
ROWS = Gauge(
    "brandhub_queue_rows",
    f"Rows that are due, that wait for a back-off, that somebody holds, and whose lease has run"
    f" out; {COUNTED} stands for more.",
    (*_LABELS, "state"),
)
TAKEN_BACK = Gauge(
    "brandhub_queue_rows_taken_back",
    f"Rows that wait because whoever held them was gone; {COUNTED} stands for more.",
    _LABELS,
)
UNHEARD = Gauge(
    "brandhub_queue_unheard",
    "1 where work has waited for two minutes and nobody listens to the queue.",
    ("queue",),
)


_STATES = ("due", "later", "held", "lapsed")
_STANDING_SQL = """
SELECT
    ({oldest}),
    count(*) FILTER (WHERE is_waiting AND until <= statement_timestamp()),
    count(*) FILTER (WHERE is_waiting AND until > statement_timestamp()),
    count(*) FILTER (WHERE NOT is_waiting AND until >= statement_timestamp()),
    count(*) FILTER (WHERE NOT is_waiting AND until < statement_timestamp()),
    count(*) FILTER (WHERE is_waiting AND last_error = %s)
FROM (({waiting}) UNION ALL ({taken})) AS row_of (until, last_error, is_waiting)
"""
#: By queue and work. The ORM takes longer to compose a statement than PostgreSQL to answer it, and
#: meanwhile nobody else's request goes on.
_statements: dict[tuple[str, str], tuple[str, tuple[Any, ...]]] = {}


def read_queues() -> Iterator[Sample]:
    """One query for each line of work, whatever waits."""
    for line in all_lines():
        labels = (line.queue, line.work.name)
        sql, values = _statements.get(labels) or _statements.setdefault(labels, _standing(line))
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            oldest, *numbers, taken_back = cursor.fetchone()
        yield OLDEST_DUE.at(seconds(oldest), *labels)
        for state, number in zip(_STATES, numbers, strict=True):
            yield ROWS.at(number, *labels, state)
        yield TAKEN_BACK.at(taken_back, *labels)


def _standing(line: Line) -> tuple[str, tuple[Any, ...]]:
    """The statement that asks how the line stands, and its values, which time does not change."""
    waiting = some(line.work.waiting().filter(line.rows)).values_list(
        "available_at", "last_error", Value(True)
    )
    taken = some(line.work.taken().filter(line.rows)).values_list(
        "lease_until", "last_error", Value(False)
    )
    parts = {"oldest": line.oldest_due(), "waiting": waiting, "taken": taken}
    asked = {name: rows.query.sql_with_params() for name, rows in parts.items()}
    sql = _STANDING_SQL.format(**{name: each for name, (each, _) in asked.items()})
    values = {name: each for name, (_, each) in asked.items()}
    return sql, (*values["oldest"], LEASE_EXPIRED, *values["waiting"], *values["taken"])


def read_unheard() -> Iterator[Sample]:
    """Of a queue that is heard, or has nothing that waits, 0."""
    unheard = Counter(unheard_queues())
    for queue in sorted({line.queue for line in all_lines()}):
        yield UNHEARD.at(unheard[queue], queue)


register_reading("queues", read_queues, OLDEST_DUE, ROWS, TAKEN_BACK)
register_reading("listeners", read_unheard, UNHEARD)
