"""The web admin's start page: its figures, and from where PostgreSQL reads them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from avatars.models import GenerationRequest
from brandhub import admin_menu
from tests import factories
from tests.pages.world import World
from tests.plans import indexes_of, plan_of

#: By status: how many there are, and how many of them were settled lately.
THERE_ARE = {
    "held": (1, 0),
    "queued": (2, 0),
    "failed": (3, 1),
    "approved": (2, 1),
    "declined": (1, 1),
    "changes_requested": (4, 2),
    "cancelled": (5, 5),
}


def ask(world: World) -> None:
    """As many requests as ``THERE_ARE``, settled today or a month ago, and a stranger's."""
    now = timezone.now()
    for status, (count, lately) in THERE_ARE.items():
        made = factories.GenerationRequestFactory.create_batch(
            count, bot=world.bot, brand=world.brand, status=status
        )
        for place, each in enumerate(made):
            at = now if place < lately else now - timedelta(days=30)
            GenerationRequest.objects.filter(pk=each.pk).update(settled_at=at)
    theirs = factories.GenerationRequestFactory(status="failed")
    GenerationRequest.objects.filter(pk=theirs.pk).update(settled_at=now)


def figures(client: Client) -> dict[str, int]:
    """Requests in progress, failed ones, and what became of the others lately."""
    context: dict[str, Any] = client.get(reverse("admin:index")).context
    _cases, in_progress, failed, _bots = context["figures"]
    return {
        "in progress": in_progress["value"],
        "failed": failed["value"],
        **{each["title"]: each["count"] for each in context["outcomes"]},
    }


def test_the_figures_are_those_of_the_persons_brands(world: World, client: Client) -> None:
    world.manager.is_staff = True
    world.manager.save()
    client.force_login(world.manager)
    before = figures(client)
    ask(world)
    more = {name: count - before[name] for name, count in figures(client).items()}
    assert list(more.values()) == [3, 3, 1, 1, 2]


def test_requests_are_counted_in_indexes(world: World, client: Client) -> None:
    ask(world)
    # Most requests are settled, and nobody counts those in progress by reading all of a brand's.
    GenerationRequest.objects.bulk_create(
        factories.GenerationRequestFactory.build(
            bot=world.bot,
            requested_by=world.manager,
            style_revision=world.revision,
            status="approved",
            settled_at=timezone.now() - timedelta(days=30),
        )
        for _ in range(1000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE avatars_generationrequest")
    client.force_login(factories.UserFactory(is_staff=True, is_superuser=True))
    with CaptureQueriesContext(connection) as captured:
        figures(client)
    counted = [
        each["sql"]
        for each in captured
        if 'FROM "avatars_generationrequest"' in each["sql"] and "COUNT(" in each["sql"]
    ]
    outcomes, in_progress, failed = (indexes_of(plan_of(each)) for each in counted)
    assert outcomes == {"request_outcome"}
    assert in_progress == {"request_open"}
    # The failed ones stand in both, and reading them costs nearly the same.
    assert failed in ({"request_outcome"}, {"request_without_avatar"})


def test_who_can_start_a_worker_is_told_of_a_queue_without_one(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_menu, "unheard_queues", lambda: ["render.big"])
    world.manager.is_staff = True
    world.manager.save()
    client.force_login(world.manager)
    assert "render.big" not in client.get(reverse("admin:index")).content.decode()

    client.force_login(factories.UserFactory(is_staff=True, is_superuser=True))
    page = client.get(reverse("admin:index")).content.decode()

    assert "No worker takes work from the queue render.big, and some has waited" in page
