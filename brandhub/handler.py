"""Django's ASGI handler, with all of a request's own code in one turn of its thread."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class OneTurnHandler(ASGIHandler):
    """Runs middleware and view synchronously, as a WSGI server would, and streams as ASGI does.

    Django makes the chain asynchronous where it can. Every middleware before and after a view that
    is not is then sent into the request's thread and awaited, which for this project's list cost
    more than the views. No view here is a coroutine; the thread of one that is would wait for it.
    What an asynchronous iterator streams is sent by the event loop as ever. A view whose caller
    hangs up is seen through to its end, and logged as finished.
    """

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)
