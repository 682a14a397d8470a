"""What stands beside every page: where a person may go, and what waits for them there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from brandhub.accounts.models import Role
from moderation.permissions import REVIEWERS
from moderation.selectors.queue import open_case_count

#: Pages that stand under an entry of the menu without lying below its address.
_ALSO_UNDER = {
    "pages:bot-list": "/versions/",
    "pages:brand-list": "/policies/",
    "pages:style-list": "/references/",
    "pages:adapter-list": "/trainings/",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu; ``current`` is the value of ``aria-current``, or empty."""

    url: str
    label: str
    icon: str
    current: str
    count: int = 0


class Navigation:
    """The menu of one request. Asks the database when a template first needs it, not before."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        # An error page may come from before the middleware that knows the person.
        self._user: Any = getattr(request, "user", None) or AnonymousUser()

    @cached_property
    def roles(self) -> set[str]:
        """The person's roles over all of their brands."""
        if self._user.is_superuser:
            return set(Role.values)
        return set(self._user.memberships.values_list("role", flat=True))

    @property
    def may_review(self) -> bool:
        return not self.roles.isdisjoint(REVIEWERS)

    @property
    def role_label(self) -> str:
        """The weightiest of the person's roles, in words."""
        if self._user.is_superuser:
            return _("Superuser")
        held = [role for role in Role if role in self.roles]
        return str(held[0].label) if held else _("No brand yet")

    @cached_property
    def items(self) -> list[Entry]:
        """The lines of the menu that the person has a use for."""
        if not self._user.is_authenticated:
            return []
        entries = [
            self._entry("pages:home", _("Home"), "home"),
            self._entry("pages:bot-list", _("Bots"), "bot"),
            self._entry("pages:request-list", _("Requests"), "spark"),
        ]
        if self.may_review:
            waiting = open_case_count(self._user)
            entries.append(self._entry("pages:review-queue", _("Reviews"), "shield", count=waiting))
        entries.append(self._entry("pages:brand-list", _("Brands"), "flag"))
        entries.append(self._entry("pages:style-list", _("Styles"), "palette"))
        entries.append(self._entry("pages:adapter-list", _("Adapters"), "layers"))
        if self._user.is_staff:
            entries.append(self._entry("admin:index", _("Administration"), "gear"))
        return entries

    def _entry(self, route: str, label: str, icon: str, *, count: int = 0) -> Entry:
        url = reverse(route)
        path = self._request.path
        if path == url:
            current = "page"
        elif route != "pages:home" and path.startswith((url, _ALSO_UNDER.get(route, url))):
            current = "true"
        else:
            current = ""
        return Entry(url, label, icon, current, count)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``navigation`` for the frame of every page."""
    return {"navigation": Navigation(request)}
