"""How PostgreSQL means to answer a statement, where its tables were too large to be read whole."""

from __future__ import annotations

from django.db import connection, transaction


def indexes_of(sql: str) -> set[str]:
    """The indexes from which ``sql``, its parameters filled in, would be answered."""
    with transaction.atomic(), connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        nodes = [cursor.fetchone()[0][0]["Plan"]]
        transaction.set_rollback(True)
    for node in nodes:
        nodes += node.get("Plans", [])
    return {node["Index Name"] for node in nodes if "Index Name" in node}
