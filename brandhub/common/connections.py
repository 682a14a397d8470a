"""Not holding what others wait for."""

from django.db import connection


def release_connection() -> None:
    """Give this thread's connection back to the pool, unless a transaction is open on it."""
    if not connection.in_atomic_block:
        connection.close()
