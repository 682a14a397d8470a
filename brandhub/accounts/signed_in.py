"""Who a view talks to once ``login_required`` or the admin's door has let them in."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from brandhub.accounts.models import User


class SignedInRequest(HttpRequest):
    """What a view behind ``login_required`` is given."""

    user: User  # type: ignore[assignment]


def person_of(request: HttpRequest) -> User:
    """The signed-in person of a view that nobody else reaches."""
    return cast(User, request.user)
