"""Who may call a view: scopes of the key per method, or persons only."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from brandhub.accounts.callers import Caller
from brandhub.accounts.models import Scope
from brandhub.common.errors import Refused


def caller_of(request: Request) -> Caller:
    """Who calls. Raises ``NotAuthenticated`` where nobody has proven to be anybody."""
    if not isinstance(request.auth, Caller):
        raise NotAuthenticated
    return request.auth


_HANDLED = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


class NamesNoScope(BasePermission):
    """The default of a view that names none: closed to everybody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        raise ImproperlyConfigured(f"{type(view).__name__} names no scopes")


class HasScopes(BasePermission):
    """The caller's key carries the scopes that the method asks for; made by :func:`scopes`."""

    #: Method → scopes, all of which are needed.
    needed: ClassVar[dict[str, tuple[Scope, ...]]] = {}
    #: Methods that only a client's key may use.
    for_clients: ClassVar[bool] = False

    def has_permission(self, request: Request, view: Any) -> bool:
        caller = caller_of(request)
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method not in self.needed:
            if method in _HANDLED and hasattr(view, method.lower()):
                raise ImproperlyConfigured(f"{type(view).__name__} names no scope for {method}")
            return True  # nobody handles it: 405 follows
        needed = self.needed[method]
        if not caller.has_scope(*needed):
            raise Refused(
                _("The key lacks a scope: %(scopes)s.") % {"scopes": ", ".join(needed)},
                code="missing_scope",
                scopes=list(needed),
            )
        if self.for_clients and caller.client is None:
            raise Refused(_("This is for the key of a client."), code="client_key_required")
        return True


class IsPerson(BasePermission):
    """A session, or the personal token of a member: a client's key can never decide."""

    def has_permission(self, request: Request, view: Any) -> bool:
        caller = caller_of(request)
        if caller.person is None:
            raise Refused(_("This needs a person; a client's key cannot."), code="person_required")
        return True


def scopes(**needed: Scope | tuple[Scope, ...]) -> list[type[BasePermission]]:
    """``permission_classes`` for a view: ``scopes(GET=Scope.STYLES_READ, POST=())``.

    An empty tuple means any caller with a valid key or session. A method that the view handles
    and that is not named fails closed.
    """
    return [_permission(needed, for_clients=False)]


def client_scopes(**needed: Scope | tuple[Scope, ...]) -> list[type[BasePermission]]:
    """As :func:`scopes`, and persons are refused: the thing belongs to a client."""
    return [_permission(needed, for_clients=True)]


def _permission(
    needed: dict[str, Scope | tuple[Scope, ...]], *, for_clients: bool
) -> type[BasePermission]:
    per_method = {
        method: (value,) if isinstance(value, Scope) else tuple(value)
        for method, value in needed.items()
    }
    return type("Scopes", (HasScopes,), {"needed": per_method, "for_clients": for_clients})
