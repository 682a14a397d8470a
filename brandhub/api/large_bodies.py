"""Who may bring more than others, asked before it is read.

A body lies on disk before any view is asked who sent it, and two gigabytes are too much to take in
from somebody whose key opens nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError
from django.http import HttpRequest, parse_cookie

from brandhub.accounts.keys import KeyRefused, key_of
from brandhub.accounts.models import ApiKey, Scope
from brandhub.common.connections import release_connection

#: Where adapters and style packs come in, and the scope of a key that brings one; a page wants a
#: session.
LARGE_DOORS: Mapping[str, Scope | None] = {
    "/api/v1/adapters": Scope.ADAPTERS_WRITE,
    "/api/v1/style-packs": Scope.STYLES_WRITE,
    "/adapters/new/": None,
    "/styles/import/": None,
}


def may_bring_much(path: str, headers: Mapping[bytes, bytes]) -> bool:
    """Whether who sends ``headers`` to one of the ``LARGE_DOORS`` is somebody whom it lets in.

    What it is refused for otherwise, a view says; so it does when the database is away.
    """
    try:
        authorization = headers.get(b"authorization", b"").decode("latin-1")
        if authorization:
            return _opens(authorization, LARGE_DOORS[path])
        return _signed_in(headers.get(b"cookie", b"").decode("latin-1"))
    except DatabaseError:
        return False
    finally:
        release_connection()


def _opens(authorization: str, scope: Scope | None) -> bool:
    scheme, _, text = authorization.partition(" ")
    try:
        key = key_of(text.strip())
    except KeyRefused:
        return False
    return scheme.lower() == "bearer" and key.mode == ApiKey.Mode.LIVE and scope in key.scopes


def _signed_in(cookie: str) -> bool:
    request = HttpRequest()
    request.COOKIES = parse_cookie(cookie)
    request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    return get_user(request).is_authenticated
