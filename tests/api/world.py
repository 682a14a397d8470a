"""One of everything in one brand, for tests that go over every operation."""

from dataclasses import dataclass

from django.apps import apps

from avatars.models import AvatarVersion, Bot, Candidate, GenerationRequest, Rendition
from avatars.renditions import RenditionSpec, rendition_for
from brandhub.accounts.models import (
    ApiClient,
    ApiKey,
    Brand,
    CallAllowance,
    IdempotencyRecord,
    Role,
    User,
)
from brandhub.webhooks.models import Delivery, WebhookEndpoint
from moderation.models import Delegation, ReviewCase, ReviewPolicy
from moderation.policies.rules import Stage
from styles.models import AdapterRevision, ReferenceImage, StyleRevision
from tests.api.pictures import candidate_with_picture, published
from tests.factories import (
    AdapterRevisionFactory,
    ApiKeyFactory,
    AvatarVersionFactory,
    BotFactory,
    CandidateFactory,
    DecisionFactory,
    DelegationFactory,
    DeliveryFactory,
    FindingFactory,
    GenerationRequestFactory,
    OutboxEventFactory,
    PaletteColourFactory,
    ReviewCaseFactory,
    ReviewPolicyFactory,
    StyleRevisionFactory,
    WebhookEndpointFactory,
    member,
)
from tests.pictures import library_picture
from tests.rows import rows_of

#: What a call may write although it is refused: that it was made, and by which key.
_OF_THE_CALL = {CallAllowance, ApiKey, IdempotencyRecord}


@dataclass
class World:
    """A brand with a platform, its people, and what they made."""

    brand: Brand
    client: ApiClient
    key: ApiKey
    manager: User
    reviewer: User
    viewer: User
    style: StyleRevision
    reference: ReferenceImage
    bot: Bot
    queued: GenerationRequest
    failed: GenerationRequest
    in_review: GenerationRequest
    candidate: Candidate
    case: ReviewCase
    #: Waits for a second approval; the manager has given the first.
    approved_once: ReviewCase
    policy: ReviewPolicy
    #: Of the manager's duty, to the reviewer.
    delegation: Delegation
    versions: list[AvatarVersion]
    rendition: Rendition
    endpoint: WebhookEndpoint
    delivery: Delivery
    adapter: AdapterRevision


def make_world(brand: Brand, client: ApiClient) -> World:
    """The world of ``brand`` and its platform."""
    style = StyleRevisionFactory(brand=brand, style__slug="friendly-robots")
    PaletteColourFactory(brand=brand)
    bot = BotFactory(brand=brand, client=client, external_id="support-42")
    queued = GenerationRequestFactory(bot=bot, style_revision=style, status="queued")
    failed = GenerationRequestFactory(bot=bot, style_revision=style, status="failed")
    CandidateFactory(request=failed, status="failed")
    in_review = GenerationRequestFactory(bot=bot, style_revision=style, status="in_review")
    candidate = candidate_with_picture(request=in_review)
    FindingFactory(candidate=candidate)
    first = AvatarVersionFactory(bot=bot, status="superseded")
    current = published(bot)
    manager = member(brand, Role.MANAGER)
    reviewer = member(brand, Role.REVIEWER)
    # Whom an escalation of the first one's reaches.
    member(brand, Role.MANAGER)
    policy = ReviewPolicyFactory(brand=brand, stage_rules=[Stage(approvals=2)])
    approved_once = ReviewCaseFactory(
        request=GenerationRequestFactory(bot=bot, style_revision=style), policy=policy
    )
    DecisionFactory(
        case=approved_once, reviewer=manager, is_final=False, candidate__status="screened"
    )
    endpoint = WebhookEndpointFactory(client=client)
    event = OutboxEventFactory(brand=brand, client=client)
    return World(
        brand=brand,
        client=client,
        key=ApiKeyFactory(client=client),
        manager=manager,
        reviewer=reviewer,
        viewer=member(brand, Role.VIEWER),
        style=style,
        reference=library_picture(brand),
        bot=bot,
        queued=queued,
        failed=failed,
        in_review=in_review,
        candidate=candidate,
        case=ReviewCaseFactory(request=in_review),
        approved_once=approved_once,
        policy=policy,
        delegation=DelegationFactory(brand=brand, delegator=manager, delegate=reviewer),
        versions=[first, current],
        rendition=rendition_for(version=current, spec=RenditionSpec.parse("64", "webp")),
        endpoint=endpoint,
        delivery=DeliveryFactory(endpoint=endpoint, event=event, status="abandoned"),
        adapter=AdapterRevisionFactory(brand=brand, base_model=style.base_model),
    )


def another_adapter(world: World) -> None:
    """One row more for the list of adapters."""
    AdapterRevisionFactory(brand=world.brand)


def another_bot(world: World) -> None:
    """One row more for the list of bots."""
    AvatarVersionFactory(
        bot=BotFactory(brand=world.brand, client=world.client), candidate=world.candidate
    )


def another_version(world: World) -> None:
    """One row more for the list of a bot's versions."""
    AvatarVersionFactory(
        bot=world.bot,
        candidate=world.candidate,
        status="superseded",
        rolled_back_to=world.versions[0],
    )


def another_style(world: World) -> None:
    """One row more for the list of styles."""
    style = StyleRevisionFactory(brand=world.brand).style
    StyleRevisionFactory(style=style)


def another_reference(world: World) -> None:
    """One row more for the library."""
    library_picture(world.brand)


def another_request(world: World) -> None:
    """One row more for the list of requests, of a style and a bot of its own."""
    request = GenerationRequestFactory(brand=world.brand, client=world.client)
    for _ in range(2):
        FindingFactory(candidate=CandidateFactory(request=request))


def another_endpoint(world: World) -> None:
    """One row more for the list of endpoints."""
    WebhookEndpointFactory(client=world.client)


def another_delivery(world: World) -> None:
    """One row more for the log, and for the list of events."""
    event = OutboxEventFactory(brand=world.brand, client=world.client)
    DeliveryFactory(endpoint=world.endpoint, event=event)


def another_delegation(world: World) -> None:
    """One row more for the list of duties: another manager's, done by the first one."""
    delegator = member(world.brand, Role.MANAGER)
    DelegationFactory(brand=world.brand, delegator=delegator, delegate=world.manager)


def another_case(world: World) -> None:
    """One row more for the reviewers' queue, of a style, a bot and a claimant of its own."""
    candidate = CandidateFactory(brand=world.brand)
    FindingFactory(candidate=candidate)
    ReviewCaseFactory(
        request=candidate.request,
        status="claimed",
        claimed_by=member(world.brand, Role.REVIEWER),
    )


def another_policy(world: World) -> None:
    """One row more for the list of policies."""
    ReviewPolicyFactory(brand=world.brand, status="superseded")


def everything_written() -> dict[str, list[str]]:
    """Every row of the product, for proving that a refusal changed nothing."""
    ours = {"accounts", "audit", "webhooks", "jobs", "styles", "avatars", "moderation"}
    return rows_of(
        model
        for label in sorted(ours)
        for model in apps.get_app_config(label).get_models()
        if model not in _OF_THE_CALL
    )
