"""The security headers of every address; see ``routes.py`` for the table they are checked by."""

import re
from collections.abc import Iterator, Sequence

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.platform.routes import ADMIN, ROUTES

_SAMPLES = {"int": "1", "uuid": "01890000-0000-7000-8000-000000000000", "slug": "a", "path": "a"}
_OF_ONE_MODEL = re.compile(r"(admin/[a-z_]+/[a-z_]+/)(add/|<path:object_id>/.*)?")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def _walk(patterns: Sequence[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route


def _routes() -> list[str]:
    return list(_walk(get_resolver().url_patterns))


def _line(route: str) -> str:
    """The route as the table names it."""
    if route.startswith("admin/^(?P<app_label>"):
        return "admin/^(?P<app_label>…)/$"
    if not route.startswith(("admin/r/", "admin/password_change/")) and (
        match := _OF_ONE_MODEL.fullmatch(route)
    ):
        return f"{match[1]}…"
    return route


def _address(route: str) -> str:
    """An address that the route matches."""
    plain = re.sub(r"\(\?P<\w+>([\w|]+|\.\*)\)", lambda m: m[1].split("|")[0].strip(".*"), route)
    plain = re.sub(r"<(?:(\w+):)?\w+>", lambda m: _SAMPLES.get(m[1] or "str", "a" * 16), plain)
    return "/" + plain.replace("^", "").replace("$", "")


def test_every_route_has_its_line():
    found = {_line(route) for route in _routes()}
    assert found == set(ROUTES), (
        f"add to tests/platform/routes.py: {sorted(found - set(ROUTES))};"
        f" remove: {sorted(set(ROUTES) - found)}"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("route", _routes())
def test_every_answer_carries_the_headers(route: str):
    # Given a stranger, whatever the answer is (a page, a redirect, a refusal),
    answer = Client(raise_request_exception=False).get(_address(route))
    # then it is no failure and carries the headers,
    assert answer.status_code < 500
    for name, value in _HEADERS.items():
        assert answer.headers.get(name) == value, name
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert re.fullmatch(r"[0-9a-f\-]{36}", answer.headers["X-Request-ID"])
    # and the policy of its kind.
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "*" not in policy
    if ROUTES[_line(route)] == ADMIN:
        assert "script-src 'self' 'unsafe-eval';" in policy + ";"
        assert "style-src 'self' 'unsafe-inline';" in policy + ";"
    else:
        assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("from-the-caller.1", True),
        ("short", False),
        ("x" * 65, False),
        ('with blank and "quotes"', False),
        ("line\nbreak-in-it", False),
    ],
)
def test_a_callers_request_id_is_kept_only_when_it_is_harmless(given: str, kept: bool):
    answer = Client().get("/healthz", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is kept


def test_the_admin_policy_is_bound_to_the_admins_path():
    assert settings.ADMIN_PATH == "admin/"
    outside = Client().get("/healthz?next=/admin/").headers["Content-Security-Policy"]
    assert "unsafe" not in outside
