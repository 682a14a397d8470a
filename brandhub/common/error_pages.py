"""What a person reads when a service refuses: a message on the page, or a page of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve
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


class DeedAddressMiddleware(MiddlewareMixin):
    """Leads who looks at the address of a deed on to the page that the deed is about.

    A form that comes back with something to mend stands at such an address, and so does whoever
    has had to sign in again before it was sent: loading it again is no fault of theirs.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        match = request.resolver_match
        if (
            response.status_code != HTTPStatus.METHOD_NOT_ALLOWED
            or request.method not in {"GET", "HEAD"}
            or match is None
            # Signing out by following a link stays what it is: refused.
            or match.view_name == "pages:logout"
            or "pages" not in match.namespaces
        ):
            return response
        return HttpResponseRedirect(_page_above(request.path, request.META["QUERY_STRING"]))


def _page_above(path: str, query: str) -> str:
    """The nearest address above ``path`` that is one of the pages', with the same query."""
    steps = path.strip("/").split("/")
    while steps:
        steps.pop()
        above = f"/{'/'.join(steps)}/" if steps else "/"
        try:
            resolve(above)
        except Resolver404:
            continue
        return f"{above}?{query}" if query else above
    return "/"
