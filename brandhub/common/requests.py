"""The id that follows a request through logs, tasks and webhooks, and the request log."""

import re

from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

from brandhub.common.correlation import current_correlation_id
from brandhub.common.logs import masked

REQUEST_ID_HEADER = "X-Request-ID"

# A caller's id goes into logs, headers and messages as it is, so only harmless ones are taken.
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._\-]{8,64}")


class RequestLogMiddleware(RequestMiddleware):
    """Takes ``X-Request-ID`` or makes one, binds it for logs and tasks, and answers with it.

    The log names method and path, never the query, where people's words stand.
    """

    def prepare(self, request: HttpRequest) -> None:
        if not _ACCEPTABLE_ID.fullmatch(request.META.get("HTTP_X_REQUEST_ID", "")):
            request.META.pop("HTTP_X_REQUEST_ID", None)
        super().prepare(request)
        # The views of one request may run in several contexts; the request itself is one.
        request.META["brandhub.request_id"] = current_correlation_id()

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response.headers[REQUEST_ID_HEADER] = request.META["brandhub.request_id"]
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {masked(request.path)}"
