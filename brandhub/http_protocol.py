"""HTTP as uvicorn speaks it, with one answer of our own: to what is no HTTP that it can read."""

from __future__ import annotations

import json
from http import HTTPStatus

from django.conf import settings
from django.utils.translation import gettext, override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_STATUS = HTTPStatus.BAD_REQUEST


class ProblemProtocol(HttpToolsProtocol):
    """Refuses in problem details, as the application behind it does, and not in plain text.

    The parser stops at a method that it does not know, at a malformed header, at bytes that are no
    HTTP at all; neither path nor request id is known then, and no application is asked. Nor is the
    reader's language, so that it is said in each.
    """

    def send_400_response(self, msg: str) -> None:
        body = json.dumps(
            {
                "type": "urn:brandhub:problem:malformed_request",
                "title": _STATUS.phrase,
                "status": int(_STATUS),
                "detail": _in_every_language(),
                "code": "malformed_request",
            }
        ).encode()
        head = [
            f"HTTP/1.1 {int(_STATUS)} {_STATUS.phrase}".encode(),
            *(name + b": " + value for name, value in self.server_state.default_headers),
            b"content-type: application/problem+json",
            b"content-length: " + str(len(body)).encode(),
            b"cache-control: no-store",
            b"connection: close",
        ]
        self.transport.write(b"\r\n".join([*head, b"", body]))
        self.transport.close()


def _in_every_language() -> str:
    said = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            said.append(gettext("This is no HTTP request, or one with an unknown method."))
    return " ".join(said)
