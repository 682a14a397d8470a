"""Who may open which page: every route of the pages against its line in ``routes.py``."""

from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from brandhub.accounts.models import Role
from brandhub.audit.models import AuditEvent
from tests.pages.routes import OPEN, PAGES, Route
from tests.pages.world import World

#: What is no page: gated elsewhere, by ``tests/platform`` and ``tests/api``.
_NO_PAGES = (
    "admin/",
    "api/",
    "^api/",
    "i18n/",
    "healthz",
    "readyz",
    "metrics",
    "favicon.ico",
    "public/",
    "avatars/",
)


def _page_names() -> Iterator[str]:
    def walk(patterns: Any, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            else:
                yield route, pattern

    for route, pattern in walk(get_resolver("brandhub.urls").url_patterns):
        if not route.startswith(_NO_PAGES):
            yield pattern.name or route


def _answer(world: World, name: str, client: Client) -> Any:
    line = PAGES[name]
    address = reverse(
        f"pages:{name}", kwargs={"pk": line.object_of(world).pk} if line.key else None
    )
    return getattr(client, line.method)(address, line.data(world))


def _body(answer: Any) -> bytes:
    """Everything that was sent, a file that is streamed included."""
    if not answer.streaming:
        return answer.content

    async def read() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    return async_to_sync(read)()


def test_every_page_has_its_line() -> None:
    found = set(_page_names())
    assert found == set(PAGES) | OPEN, (
        f"add to tests/pages/routes.py: {sorted(found - set(PAGES) - OPEN)};"
        f" remove: {sorted((set(PAGES) | OPEN) - found)}"
    )


@pytest.mark.parametrize("name", sorted(PAGES))
def test_nobody_in_particular_is_asked_to_sign_in(name: str, world: World, client: Client) -> None:
    answer = _answer(world, name, client)
    assert answer.status_code == 302
    assert answer.url.startswith("/login/?next=")


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_members_role_decides(name: str, role: str, world: World, client: Client) -> None:
    # Given a member of the brand,
    line = PAGES[name]
    client.force_login(world.person(role))
    before = AuditEvent.objects.count()
    # when they open the page or do the deed,
    answer = _answer(world, name, client)
    # then the table says what they get, and who is refused has changed nothing.
    assert answer.status_code == (line.answer if role in line.roles else line.others)
    if role not in line.roles:
        assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("name", sorted(PAGES))
def test_another_brand_stays_unseen(name: str, world: World, client: Client) -> None:
    # Given a manager of another brand,
    line: Route = PAGES[name]
    client.force_login(world.stranger)
    before = AuditEvent.objects.count()
    # when they try the page with the keys of this one,
    answer = _answer(world, name, client)
    # then it does not exist, or shows nothing of it; and nothing has changed.
    assert answer.status_code == line.stranger
    assert b"Acme Robotics" not in _body(answer)
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("name", sorted(name for name in PAGES if PAGES[name].method == "post"))
def test_a_post_without_its_token_is_refused(name: str, world: World) -> None:
    # Given somebody who may do it, but whose browser was made to by another site,
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.person(PAGES[name].roles[0]))
    before = AuditEvent.objects.count()
    answer = _answer(world, name, client)
    assert answer.status_code == 403
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("name", sorted(name for name in PAGES if PAGES[name].method == "post"))
def test_a_deed_is_not_done_by_following_a_link(name: str, world: World, client: Client) -> None:
    line = PAGES[name]
    client.force_login(world.manager)
    address = reverse(
        f"pages:{name}", kwargs={"pk": line.object_of(world).pk} if line.key else None
    )
    before = AuditEvent.objects.count()
    # When somebody opens its address, they are led to the page that it is about,
    answer = client.get(address, follow=True)
    assert answer.redirect_chain[0][1] == 302
    assert answer.status_code == 200
    # and nothing is done.
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("name", ["bot-list", "request-list"])
def test_a_page_number_that_is_none_is_not_found(name: str, world: World, client: Client) -> None:
    client.force_login(world.manager)
    assert client.get(reverse(f"pages:{name}"), {"after": "' OR 1=1 --"}).status_code == 404
