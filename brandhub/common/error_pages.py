"""What a person reads when a service refuses: a message on the page, or a page of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from brandhub.common.errors import BrandHubError, Conflict, InvalidInput
from brandhub.common.sentences import sentence_for


class Told:
    """Whether the deed inside :func:`conflicts_as_messages` was done or answered by a message."""

    done = True


@contextmanager
def conflicts_as_messages(request: HttpRequest) -> Iterator[Told]:
    """Turn a conflict or a mistake that a service raises into a message for the next page.

    Refusals and absences go on to :class:`ErrorPageMiddleware`, for there is no page to go back to.
    """
    told = Told()
    try:
        yield told
    except (Conflict, InvalidInput) as error:
        told.done = False
        messages.error(request, sentence_for(error))


class ErrorPageMiddleware(MiddlewareMixin):
    """Answers a service's error that a page's view let through, with its own status.

    The API's views never get here: the framework turns their errors into problem details.
    """

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, BrandHubError):
            return None
        template = {403: "403.html", 404: "404.html"}.get(exception.status, "error.html")
        return render(
            request, template, {"sentence": sentence_for(exception)}, status=exception.status
        )
