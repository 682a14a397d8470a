"""How PostgreSQL means to answer a statement, where its tables were too large to be read whole.

What it chooses rests on how many rows it believes are there: a test fills the tables until only
one way is cheap and runs ANALYZE on them, or it holds on some machines only.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction


def plan_of(sql: str, *, options: str = "") -> list[dict[str, Any]]:
    """The nodes of the plan of ``sql``, its parameters filled in."""
    with transaction.atomic(), connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN ({options}FORMAT JSON) {sql}")
        nodes = [cursor.fetchone()[0][0]["Plan"]]
        transaction.set_rollback(True)
    for node in nodes:
        nodes += node.get("Plans", [])
    return nodes


def indexes_of(plan: list[dict[str, Any]]) -> set[str]:
    """The indexes from which a plan takes its rows."""
    return {node["Index Name"] for node in plan if "Index Name" in node}


def rows_read(sql: str, table: str) -> int:
    """How many rows of ``table`` are looked at when ``sql`` is answered."""
    return sum(
        round(node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)))
        for node in plan_of(sql, options="ANALYZE, ")
        if node.get("Relation Name") == table
    )
