"""Requests as they are counted: by the pattern of the address, never by the address."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory

from brandhub.common.metrics.http import HttpMetricsMiddleware, route_of
from tests.metrics.conftest import Figures

pytestmark = pytest.mark.django_db


def _counted(found: Figures, method: str, route: str, status: str) -> float:
    labels = (("method", method), ("route", route), ("status", status))
    return found.get(("brandhub_http_requests_total", labels), 0)


@pytest.mark.parametrize(
    ("method", "path", "told", "status"),
    [
        ("get", "/healthz", ("GET", "/healthz"), "200"),
        ("get", "/login/", ("GET", "/login/"), "200"),
        (
            "get",
            "/requests/01890000-0000-7000-8000-000000000000/",
            ("GET", "/requests/<uuid:pk>/"),
            "302",
        ),
        ("get", "/api/v1/nothing/of/the/kind", ("GET", "/^api/"), "404"),
        ("get", "/somebody/is/looking", ("GET", "unmatched"), "404"),
        ("get", "/static/brandhub/favicon.svg", ("GET", "static"), "200"),
        ("post", "/healthz", ("POST", "/healthz"), "405"),
        ("trace", "/healthz", ("other", "/healthz"), "405"),
    ],
)
def test_a_request_is_counted_by_its_route(
    scrape: Callable[[], Figures],
    method: str,
    path: str,
    told: tuple[str, str],
    status: str,
) -> None:
    before = scrape()
    getattr(Client(raise_request_exception=False), method)(path)
    after = scrape()
    assert _counted(after, *told, status) - _counted(before, *told, status) == 1
    labels = (("method", told[0]), ("route", told[1]))
    lasted = ("brandhub_http_request_duration_seconds_count", labels)
    assert after[lasted] - before.get(lasted, 0) == 1


def test_what_fails_is_counted_as_a_failure(
    scrape: Callable[[], Figures], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    before = scrape()
    monkeypatch.setattr("brandhub.common.health._postgresql_answers", fail)
    assert Client(raise_request_exception=False).get("/readyz").status_code == 500
    assert (
        _counted(scrape(), "GET", "/readyz", "500") - _counted(before, "GET", "/readyz", "500") == 1
    )


def test_all_other_middleware_is_timed_too(settings: object) -> None:
    name = f"{HttpMetricsMiddleware.__module__}.{HttpMetricsMiddleware.__qualname__}"
    assert settings.MIDDLEWARE[0] == name  # type: ignore[attr-defined]


def test_an_address_that_was_never_looked_up_has_no_route() -> None:
    assert route_of(RequestFactory().get("/brands/of/somebody")) == "unmatched"
