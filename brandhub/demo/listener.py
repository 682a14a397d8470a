"""The platform's end of the webhooks: listens, verifies each signature, keeps what it was told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from brandhub.demo.api import DemoFailed

_LONGEST_BODY = 64 * 1024


@dataclass(frozen=True, slots=True)
class Told:
    """One verified webhook."""

    id: str
    type: str
    data: dict[str, Any]
    request_id: str


class Listener:
    """A receiver on a free port of the loopback address; use it as a context manager.

    Until :meth:`trust` gives it the endpoint's secret it answers 503, and the platform comes
    again.
    """

    def __init__(self) -> None:
        self._news = threading.Condition()
        self._told: list[Told] = []
        self._rejected = 0
        self._webhook: Webhook | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/brandhub"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def trust(self, secret: str) -> None:
        """Verify with ``secret`` from now on."""
        self._webhook = Webhook(secret)

    def wait_for(self, wanted: Callable[[Told], bool], *, seconds: float, what: str) -> Told:
        """The first verified webhook that is ``wanted``. Raises ``DemoFailed`` when none comes."""
        deadline = time.monotonic() + seconds
        with self._news:
            while True:
                for told in self._told:
                    if wanted(told):
                        return told
                left = deadline - time.monotonic()
                if left <= 0:
                    raise DemoFailed(
                        f"No signed webhook about {what} came within {seconds:.0f} s"
                        + (f" ({self._rejected} did not verify)." if self._rejected else ".")
                    )
                self._news.wait(left)

    def _take(self, body: bytes, headers: dict[str, str]) -> int:
        """Verify and keep; returns the status to answer with."""
        if self._webhook is None:
            return 503
        try:
            message = self._webhook.verify(body, headers)
        except WebhookVerificationError:
            with self._news:
                self._rejected += 1
            return 401
        told = Told(
            id=headers["webhook-id"],
            type=message["type"],
            data=message["data"],
            request_id=headers.get("x-request-id", ""),
        )
        with self._news:
            # The same id again is the same event: deliveries are at least once.
            if all(known.id != told.id for known in self._told):
                self._told.append(told)
                self._news.notify_all()
        return 204

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = min(int(self.headers.get("content-length", 0)), _LONGEST_BODY)
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.send_response(listener._take(self.rfile.read(length), headers))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Quiet: the story tells what arrived."""

        return Handler
