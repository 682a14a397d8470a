"""Django's ASGI handler, with all of a request's own code in one turn of its thread, and requests
that are read as UTF-8.
"""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class Utf8Request(ASGIRequest):
    """A request whose form is read as UTF-8, whatever it says of its body.

    Django takes the charset that ``Content-Type`` names while it makes the request, and reads the
    address then, where no error becomes an answer: with more parameters than are taken that was a
    failure.
    """

    @property
    def encoding(self) -> None:
        """None: the default, UTF-8."""
        return None

    @encoding.setter
    def encoding(self, said: str | None) -> None:
        """Leave it as it is."""


class OneTurnHandler(ASGIHandler):
    """Runs middleware and view synchronously, as a WSGI server would, and streams as ASGI does.

    Django makes the chain asynchronous where it can. Every middleware before and after a view that
    is not is then sent into the request's thread and awaited, which for this project's list cost
    more than the views. No view here is a coroutine; the thread of one that is would wait for it.
    What an asynchronous iterator streams is sent by the event loop as ever. A view whose caller
    hangs up is seen through to its end, and logged as finished.
    """

    request_class = Utf8Request

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)
