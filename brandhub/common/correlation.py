"""The request id that follows a piece of work from HTTP through the queue to the webhook."""

import contextlib
from collections.abc import Iterator

import structlog


def current_correlation_id() -> str:
    """The id bound to this context, or an empty string where there is none."""
    value = structlog.contextvars.get_contextvars().get("request_id", "")
    return str(value)[:64]


@contextlib.contextmanager
def correlated(correlation_id: str) -> Iterator[None]:
    """Bind ``correlation_id`` for the block: a worker takes up the id that the row carries."""
    with structlog.contextvars.bound_contextvars(request_id=correlation_id):
        yield
