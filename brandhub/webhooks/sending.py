"""One attempt: a POST to a checked address, judged by its status line alone.

Runs without the database, so that many can wait for receivers at once.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from time import monotonic
from urllib.parse import urlsplit

import httpcore

from brandhub.common.errors import BrandHubError
from brandhub.webhooks.guard import GuardedBackend, Resolver

#: The longest pause that a receiver may ask for.
MAX_RETRY_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended. ``error`` is a stable code, empty for success."""

    status: int | None
    error: str = ""
    #: The pause that the receiver asked for.
    retry_after: timedelta | None = None

    @property
    def delivered(self) -> bool:
        return not self.error


def send(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    seconds: float,
    resolver: Resolver | None = None,
) -> Outcome:
    """POST ``body`` and return how it went; never raises for a receiver's or the network's fault.

    Only 2xx is success; a redirect is a failure and is not followed. The answer's body is not
    read. The whole exchange, from resolving the name to the answer's headers, ends within
    ``seconds``.
    """
    deadline = monotonic() + seconds
    encrypted = urlsplit(url).scheme == "https"
    backend = GuardedBackend(deadline=deadline, encrypted=encrypted, resolver=resolver)
    limits = {"connect": seconds, "read": seconds, "write": seconds, "pool": seconds}
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=_ssl_context(), network_backend=backend, max_connections=1
            ) as pool,
            pool.stream(
                "POST",
                url,
                headers=list(headers.items()),
                content=body,
                extensions={"timeout": limits},
            ) as response,
        ):
            return _judge(response)
    except BrandHubError as refusal:
        return Outcome(None, refusal.error_code)
    except httpcore.TimeoutException:
        return Outcome(None, "timeout")
    except httpcore.ConnectError as error:
        tls = isinstance(error.__cause__ or error.__context__, ssl.SSLError)
        return Outcome(None, "tls_failed" if tls else "connection_failed")
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol):
        return Outcome(None, "connection_failed")


def _judge(response: httpcore.Response) -> Outcome:
    if 200 <= response.status < 300:
        return Outcome(response.status)
    asked = next((value for name, value in response.headers if name.lower() == b"retry-after"), b"")
    return Outcome(
        response.status, f"http_{response.status}", retry_after=_pause(asked.decode("latin-1"))
    )


def _pause(text: str) -> timedelta | None:
    """A ``Retry-After``: seconds or an HTTP date (RFC 9110, 10.2.3); None for anything else."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), MAX_RETRY_AFTER)
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        # The last is what it raises for a year or a zone of twenty digits.
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(min(at - datetime.now(UTC), MAX_RETRY_AFTER), timedelta())


@cache
def _ssl_context() -> ssl.SSLContext:
    """Verifies certificates against the public authorities; built once, for it takes a while."""
    return httpcore.default_ssl_context()
