"""Lists cost the same number of queries however long they are."""

from collections.abc import Callable
from operator import attrgetter

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from avatars.states import CandidateStatus
from brandhub.audit.record import Actor, record
from styles.models import PinnedReference
from tests import factories
from tests.pages.world import World, candidate, published
from tests.pictures import library_picture


def _one_bot(world: World) -> None:
    published(factories.BotFactory(brand=world.brand), world.revision, world.manager, "current")


def _one_request(world: World) -> None:
    bot = factories.BotFactory(brand=world.brand)
    request = factories.GenerationRequestFactory(
        bot=bot, style_revision=world.revision, requested_by=factories.UserFactory()
    )
    candidate(request, 0, CandidateStatus.SCREENED)
    candidate(request, 1, CandidateStatus.SCREENED)


def _one_case(world: World) -> None:
    request = factories.GenerationRequestFactory(
        bot=factories.BotFactory(brand=world.brand), style_revision=world.revision
    )
    candidate(request, 0, CandidateStatus.SCREENED)
    factories.ReviewCaseFactory(request=request)


def _one_decided_case(world: World) -> None:
    request = factories.GenerationRequestFactory(
        bot=factories.BotFactory(brand=world.brand), style_revision=world.revision
    )
    factories.ReviewCaseFactory(request=request, status="approved")


def _one_style(world: World) -> None:
    factories.StyleRevisionFactory(brand=world.brand)


def _one_adapter(world: World) -> None:
    factories.AdapterRevisionFactory(brand=world.brand)


def _one_adapter_revision(world: World) -> None:
    revision = factories.AdapterRevisionFactory(adapter=world.adapter.adapter)
    factories.PinnedAdapterFactory(adapter_revision=revision)


def _one_training(world: World) -> None:
    factories.AdapterTrainingFactory(brand=world.brand)


def _one_brand(world: World) -> None:
    brand = factories.MembershipFactory(user=world.manager).brand
    factories.PaletteColourFactory(brand=brand)


def _one_event(world: World) -> None:
    actor = Actor.person(factories.UserFactory())
    with transaction.atomic():
        record(
            actor=actor,
            action="case.commented",
            of=world.case,
            brand=world.brand,
            texts={"comment": "Nice ears"},
        )
        record(actor=Actor.client(world.client), action="x", of=world.bot, brand=world.brand)


def _one_member(world: World) -> None:
    factories.member(world.brand, "viewer")


def _one_colour(world: World) -> None:
    factories.PaletteColourFactory(brand=world.brand)


def _one_reference(world: World) -> None:
    library_picture(world.brand)


def _one_revision(world: World) -> None:
    revision = factories.StyleRevisionFactory(style=world.style, status="draft")
    PinnedReference.objects.create(revision=revision, reference=library_picture(world.brand))


def _one_version(world: World) -> None:
    published(world.bot, world.revision, world.manager, "superseded")


def _one_policy(world: World) -> None:
    factories.ReviewPolicyFactory(
        brand=world.brand, status="superseded", published_by=world.manager
    )


def _one_replayed(world: World) -> None:
    request = factories.GenerationRequestFactory(
        bot=factories.BotFactory(brand=world.brand), style_revision=world.revision
    )
    factories.FindingFactory(candidate=factories.CandidateFactory(request=request))


def _one_candidate(world: World) -> None:
    each = candidate(world.request, world.request.candidates.count(), CandidateStatus.SCREENED)
    factories.FindingFactory(candidate=each)


#: Address, what makes a row more, and whom it is shown to.
LISTS: dict[str, tuple[str, str, Callable[[World], None]]] = {
    "home": ("home", "", _one_case),
    "home of a manager": ("home", "", _one_bot),
    "bots": ("bot-list", "", _one_bot),
    "versions of a bot": ("bot-detail", "bot", _one_version),
    "requests": ("request-list", "", _one_request),
    "candidates of a request": ("request-detail", "request", _one_candidate),
    "cases": ("review-queue", "", _one_case),
    "decided cases": ("review-queue?show=decided", "", _one_decided_case),
    "candidates of a case": ("review-case", "case", _one_candidate),
    "styles": ("style-list", "", _one_style),
    "adapters": ("adapter-list", "", _one_adapter),
    "revisions of an adapter": ("adapter-detail", "adapter.adapter", _one_adapter_revision),
    "trainings": ("training-list", "", _one_training),
    "audit trail": ("audit-trail", "brand", _one_event),
    "brands": ("brand-list", "", _one_brand),
    "members of a brand": ("brand-members", "brand", _one_member),
    "people of a brand": ("brand-detail", "brand", _one_member),
    "colours of a brand": ("brand-palette", "brand", _one_colour),
    "references": ("reference-list", "", _one_reference),
    "revisions of a style": ("style-detail", "style", _one_revision),
    "pictures to choose from": ("revision-edit", "draft", _one_reference),
    "policies of a brand": ("policy-list", "brand", _one_policy),
    "what a policy sees otherwise": ("policy-replay", "policy", _one_replayed),
    "policies to compare with": ("policy-detail", "policy", _one_policy),
    "styles to choose from": ("request-new", "", _one_style),
}


@pytest.mark.parametrize("name", LISTS)
def test_twenty_rows_cost_as_many_queries_as_one(name: str, world: World, client: Client) -> None:
    route, key, add = LISTS[name]
    route, _, query = route.partition("?")
    address = reverse(f"pages:{route}", kwargs={"pk": attrgetter(key)(world).pk} if key else None)
    client.force_login(world.reviewer if route.startswith("review") else world.manager)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(f"{address}?{query}").status_code == 200
        return len(captured)

    # Given one more row, and a first look that fills what is cached per process,
    add(world)
    queries()
    with_few = queries()
    # when there are nineteen more,
    for _ in range(19):
        add(world)
    # then the page asks no more often.
    assert queries() == with_few
