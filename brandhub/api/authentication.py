"""Authentication of API calls: a bearer key, or the session of BrandHub's own pages."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from brandhub.accounts.callers import Caller
from brandhub.accounts.keys import KeyRefused, key_of, note_use
from brandhub.accounts.models import User
from brandhub.common.errors import Refused

REALM = 'Bearer realm="BrandHub"'


class BearerKey(BaseAuthentication):
    """``Authorization: Bearer bh_live_…`` or ``bh_test_…``: a client's key, or a member's personal
    token.
    """

    def authenticate(self, request: Request) -> tuple[User | AnonymousUser, Caller] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        scheme, _space, text = header.partition(" ")
        if scheme.lower() != "bearer":
            raise exceptions.AuthenticationFailed(
                _("Send the key as a bearer token."), code="unsupported_authentication"
            )
        try:
            key = key_of(text.strip())
        except KeyRefused as error:
            raise exceptions.AuthenticationFailed(error.detail, code=error.error_code) from None
        note_use(key)
        if key.client is not None:
            return AnonymousUser(), Caller(client=key.client, key=key)
        if key.user is None:
            raise exceptions.AuthenticationFailed(code="invalid_key")
        return key.user, Caller(person=key.user, key=key)

    def authenticate_header(self, request: Request) -> str:
        return REALM


class PagesSession(SessionAuthentication):
    """The session cookie, for the pages' own fetches; anything that writes needs the CSRF token."""

    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        user = getattr(request._request, "user", None)
        if user is None or not user.is_active:
            return None
        self.enforce_csrf(request)
        return user, Caller(person=user)

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied:
            raise Refused(
                _("The CSRF token of the pages is missing or wrong."),
                code="csrf_failed",
            ) from None

    def authenticate_header(self, request: Request) -> str:
        return REALM


class BearerKeyScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document names it."""

    target_class = BearerKey
    name = "key"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A client's key or a member's personal token: bh_live_…, or a client's "
            "test key: bh_test_…",
        }


class PagesSessionScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document names it."""

    target_class = PagesSession
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The session of BrandHub's pages; writing also needs X-CSRFToken.",
        }
