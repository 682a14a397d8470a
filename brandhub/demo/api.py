"""The product as its users reach it: HTTP with a key, and nothing else."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from typing import Any

import httpx
from httpx_sse import ServerSentEvent, SSEError, connect_sse

_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
#: Less than a quiet stream's heartbeat: whoever follows gets to look at the clock, and comes back.
_STREAM_TIMEOUT = httpx.Timeout(10.0, connect=5.0)


class DemoFailed(Exception):
    """A stage did not come out; the message is a sentence for whoever runs the demo."""


class Api:
    """One caller of ``/api/v1``: a platform by its key, or a person by a token."""

    def __init__(self, address: str, token: str, *, who: str) -> None:
        self._who = who
        self._http = httpx.Client(
            base_url=f"{address}/api/v1/",
            headers={"Authorization": f"Bearer {token}"},
            timeout=_TIMEOUT,
            # The demo talks to this machine; a proxy of the environment has no part in it.
            trust_env=False,
        )

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self._answer("GET", path, headers=_dashed(headers))

    def read(self, path: str) -> Any:
        """The JSON of a GET."""
        return self.get(path).json()

    def put(self, path: str, body: dict[str, Any]) -> Any:
        return self._answer("PUT", path, json=body).json()

    def post(self, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
        """The JSON of a POST; each call carries an idempotency key of its own."""
        named = {"Idempotency-Key": secrets.token_hex(16), **_dashed(headers)}
        return self._answer("POST", path, json=body, headers=named).json()

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """The results of a list, page after page."""
        following: str | None = path
        while following:
            page = self.read(following)
            yield from page["results"]
            following = page["next"]

    def delete(self, path: str) -> None:
        self._answer("DELETE", path)

    def _answer(self, method: str, path: str, **options: Any) -> httpx.Response:
        """The answer. Raises ``DemoFailed`` with the problem's own words for anything but success.

        304 counts as success: who asks with ``If-None-Match`` hopes for it.
        """
        try:
            response = self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise DemoFailed(f"{method} {path} got no answer: {_reason(error)}.") from error
        if not (response.is_success or response.status_code == httpx.codes.NOT_MODIFIED):
            raise DemoFailed(
                f"{method} {path}, as {self._who}, was answered {response.status_code}: "
                f"{_detail(response)}"
            )
        return response

    def follow(self, path: str, *, last: str = "") -> Iterator[ServerSentEvent]:
        """The events of a stream, after the one with the id ``last``, until it ends or breaks.

        Raises ``DemoFailed`` if it cannot be opened; a stream that breaks off just ends.
        """
        headers = {"Last-Event-ID": last} if last else {}
        try:
            with connect_sse(
                self._http, "GET", path, headers=headers, timeout=_STREAM_TIMEOUT
            ) as source:
                if source.response.status_code == httpx.codes.NO_CONTENT:
                    return
                if not source.response.is_success:
                    source.response.read()
                    raise DemoFailed(f"The event stream was refused: {_detail(source.response)}")
                # A comment, too, comes out as an event, but of no data.
                yield from (event for event in source.iter_sse() if event.data)
        except SSEError as error:
            raise DemoFailed(f"The event stream is none: {error}.") from error
        except httpx.TransportError:
            return


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _reason(error: httpx.HTTPError) -> str:
    return str(error) or type(error).__name__


def _detail(response: httpx.Response) -> str:
    """The problem's sentence and the fields it names, or what else there is."""
    try:
        problem = response.json()
    except json.JSONDecodeError:
        return response.reason_phrase or "no reason given"
    named = "; ".join(
        f"{error['pointer']}: {error['detail']}" for error in problem.get("errors", [])
    )
    sentence = problem.get("detail") or problem.get("title") or "no reason given"
    return f"{sentence} ({problem.get('code', 'no code')})" + (f" {named}" if named else "")
