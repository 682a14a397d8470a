"""Absolute links, as they stand in API answers: they start with the installation's own origin."""

from django.conf import settings
from django.urls import reverse


def link_to(name: str, *args: object, **kwargs: object) -> str:
    """The absolute address of the named route; takes positional or keyword arguments."""
    return absolute(reverse(name, args=args or None, kwargs=kwargs or None))


def absolute(path: str) -> str:
    """``path`` under the origin that ``PUBLIC_URL`` names, whatever host the request came to."""
    return f"{settings.PUBLIC_URL}{path}"
