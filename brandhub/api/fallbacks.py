"""Answers for what no view of the API gets to see: unknown addresses, and faults."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from django.views import defaults
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from brandhub.api.body_limit import FORM_BYTES, REFUSED_ABOVE
from brandhub.api.problems import Problem, phrase_of, problem_response
from brandhub.api.views import PublicView
from brandhub.common.errors import NotFound

_PLACES = ("/api/", "/avatars/", "/public/")


@extend_schema(exclude=True)
class UnknownAddress(PublicView):
    """Whatever follows ``/api/`` and is no resource: 404 for every method."""

    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise NotFound(_("There is no such resource."))


class BodyRefusedMiddleware(MiddlewareMixin):
    """Answers 413 to a request whose body :class:`~brandhub.api.body_limit.BodyLimit` refused.

    Before anything asks for the form, of which nothing has come.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        limit = getattr(request, "scope", {}).get(REFUSED_ABOVE)
        if limit is None:
            return None
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        detail = _("The body is larger than this installation takes.")
        context = {"room": limit - FORM_BYTES, "form": request.get_full_path()}
        return _answer(request, status, "body_too_large", detail) or render(
            request, "413.html", context, status=status
        )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler400``: what Django refuses before a view is found."""
    return _answer(request, HTTPStatus.BAD_REQUEST, "bad_request", _("This cannot be read.")) or (
        defaults.bad_request(request, exception)
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler404``."""
    return _answer(request, HTTPStatus.NOT_FOUND, "not_found", _("There is no such resource.")) or (
        defaults.page_not_found(request, exception)
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``: Django has logged the exception, and its text stays in the log."""
    return _answer(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal_error",
        _("Something went wrong here; the request id names the entry in our log."),
    ) or defaults.server_error(request)


def _answer(
    request: HttpRequest, status: HTTPStatus, code: str, detail: str
) -> HttpResponse | None:
    if not request.path.startswith(_PLACES):
        return None
    problem = Problem(status=status, code=code, title=phrase_of(status), detail=detail)
    return problem_response(problem, request)
