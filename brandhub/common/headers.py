"""Headers that django-csp and Django's own middleware leave to the project."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

# What Unfold's pages need beyond the product's policy: Alpine compiles its expressions with
# Function(), and templates carry style attributes. Nothing inline is ever run as a script.
_ADMIN_ADDITIONS = {
    "script-src": ["'unsafe-eval'"],
    "style-src": ["'unsafe-inline'"],
}

_PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "microphone=(), payment=(), usb=()"
)


class AdminPolicyMiddleware(MiddlewareMixin):
    """Widens the content security policy under the admin's path, and only there.

    Stands after ``CSPMiddleware`` in the list, so that it sees the answer first.
    """

    get_response: Callable[[HttpRequest], HttpResponse]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path_info.startswith(f"/{settings.ADMIN_PATH}"):
            response._csp_update = _ADMIN_ADDITIONS  # type: ignore[attr-defined]
        return response


class PermissionsPolicyMiddleware(MiddlewareMixin):
    """Denies every page the device features that BrandHub never uses."""

    get_response: Callable[[HttpRequest], HttpResponse]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS_POLICY)
        return response


class ArrivalMiddleware(MiddlewareMixin):
    """Names the next page to a script that sent a form with ``X-Arrival``, and leads it nowhere.

    A script sees a redirect only by following it, which would spend the messages of the page that
    the person is about to see.
    """

    get_response: Callable[[HttpRequest], HttpResponse]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code == HTTPStatus.FOUND and "X-Arrival" in request.headers:
            response.status_code = HTTPStatus.NO_CONTENT
        return response


class SameForEverybodyMiddleware(MiddlewareMixin):
    """Keeps ``LocaleMiddleware`` from saying that a public picture depends on the language.

    ``Vary: Accept-Language`` would have a shared cache keep a copy per language of everybody's
    browser. A view marks its answer with ``same_for_everybody``. Stands before
    ``LocaleMiddleware`` in the list, so that it sees the answer after it.
    """

    get_response: Callable[[HttpRequest], HttpResponse]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if getattr(response, "same_for_everybody", False):
            del response.headers["Vary"]
            response.headers.pop("Content-Language", None)
        return response
