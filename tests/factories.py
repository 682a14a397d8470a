"""Rows for tests, written as they are, past the services.

A factory makes a row that a constraint and a trigger accept and nothing else: no audit, no event,
no message. A test of a service makes its *given* with these and calls the service in its *when*.

Everything that hangs together defaults to one brand: ``CandidateFactory()`` has a request, a bot
and a style of the same brand, and ``brand=`` given to any factory reaches all of its parts.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any, ClassVar

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from avatars.models import AvatarVersion, Bot, Candidate, GenerationRequest, RequestReference
from avatars.models.requests import Priority
from avatars.states import CandidateStatus, RequestStatus, Verdict, VersionStatus
from brandhub.accounts.models import ApiClient, ApiKey, Brand, Membership, Role, Scope, User
from brandhub.common.ids import uuid7
from brandhub.inference.adapter_recipes import AdapterRecipe
from brandhub.webhooks.models import Delivery, EventType, OutboxEvent, WebhookEndpoint
from moderation.models import Decision, Delegation, Finding, ReviewCase, ReviewPolicy
from moderation.policies.rules import (
    DEFAULT_RULES,
    CheckRule,
    Stage,
    checks_as_json,
    stages_as_json,
)
from moderation.states import (
    CaseKind,
    CaseStatus,
    DecisionAction,
    FindingVerdict,
    PolicyStatus,
)
from styles.adapters.states import AdapterSource, AdapterStatus
from styles.models import (
    Adapter,
    AdapterRevision,
    AdapterTraining,
    BaseModel,
    PaletteColour,
    PinnedAdapter,
    ReferenceImage,
    Style,
    StyleRevision,
)
from styles.states import RevisionStatus

PASSWORD = "correct horse battery staple"

#: Statuses of a candidate that has left rendering with a picture.
WITH_PICTURE = {
    CandidateStatus.RENDERED,
    CandidateStatus.SCREENED,
    CandidateStatus.APPROVED,
    CandidateStatus.NOT_SELECTED,
    CandidateStatus.REJECTED,
}


def digest_of(*words: object) -> str:
    """A SHA-256 that looks like a picture's, distinct for distinct ``words``."""
    return hashlib.sha256(repr(words).encode()).hexdigest()


class OfOneBrand(DjangoModelFactory):
    """Base of what belongs to a brand: a parent that is given settles the brand.

    That holds for a factory that is called. As a part of another one it is told its brand.
    """

    class Meta:
        abstract = True

    #: Parents whose brand is taken over, the first one given wins.
    _brand_from: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> Any:
        given = [params[parent] for parent in cls._brand_from if params.get(parent) is not None]
        if given:
            owner = given[0].style if isinstance(given[0], StyleRevision) else given[0]
            params.setdefault("brand", owner.brand)
        return super()._generate(strategy, params)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person-{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@people.example")
    password = factory.django.Password(PASSWORD)


class BrandFactory(DjangoModelFactory):
    class Meta:
        model = Brand

    slug = factory.Sequence(lambda n: f"brand-{n}")
    name = factory.LazyAttribute(lambda brand: brand.slug.replace("-", " ").title())


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    brand = factory.SubFactory(BrandFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.VIEWER


def member(brand: Brand, role: str, **user: Any) -> User:
    """A new person with ``role`` in ``brand``."""
    return MembershipFactory(brand=brand, role=role, user=UserFactory(**user)).user


class PaletteColourFactory(DjangoModelFactory):
    class Meta:
        model = PaletteColour

    brand = factory.SubFactory(BrandFactory)
    name = factory.Sequence(lambda n: f"Colour {n}")
    hex = "#1565c0"


class ApiClientFactory(DjangoModelFactory):
    """``brands=[…]`` gives the client those brands; without it, it has one of its own."""

    class Meta:
        model = ApiClient
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Platform {n}")
    owner = factory.SubFactory(UserFactory)

    @factory.post_generation
    def brands(self, create: bool, extracted: list[Brand] | None, **kwargs: Any) -> None:
        if create:
            self.brands.set([BrandFactory()] if extracted is None else extracted)


class ApiKeyFactory(DjangoModelFactory):
    """A client's key; ``client=None, user=…`` makes a personal token.

    The row keeps only the digest; the secret itself is in ``key.secret``, for the test's header.
    """

    class Meta:
        model = ApiKey

    client = factory.SubFactory(ApiClientFactory)
    name = "Test key"
    mode = ApiKey.Mode.LIVE
    prefix = factory.LazyFunction(lambda: secrets.token_hex(4))
    scopes = factory.LazyFunction(lambda: list(Scope.values))

    @classmethod
    def _create(cls, model_class: type[ApiKey], *args: Any, **values: Any) -> ApiKey:
        secret = f"bh_{values['mode']}_{values['prefix']}_{secrets.token_urlsafe(32)}"
        values.setdefault("sha256", hashlib.sha256(secret.encode()).hexdigest())
        key = super()._create(model_class, *args, **values)
        key.secret = secret
        return key


class BaseModelFactory(DjangoModelFactory):
    class Meta:
        model = BaseModel

    family = "avatar-mini"
    name = factory.Sequence(lambda n: f"Base model {n}")
    folder = factory.Sequence(lambda n: f"base-model-{n}")
    content_hash = factory.LazyAttribute(lambda model: digest_of("base model", model.folder))
    image_size = 64
    default_steps = 4


class StyleFactory(DjangoModelFactory):
    class Meta:
        model = Style

    brand = factory.SubFactory(BrandFactory)
    slug = factory.Sequence(lambda n: f"style-{n}")
    name = factory.LazyAttribute(lambda style: style.slug.replace("-", " ").title())


class StyleRevisionFactory(OfOneBrand):
    """Published, unless ``status`` says otherwise. ``brand=`` goes to the style."""

    class Meta:
        model = StyleRevision

    class Params:
        brand = factory.SubFactory(BrandFactory)

    style = factory.SubFactory(StyleFactory, brand=factory.SelfAttribute("..brand"))
    number = factory.LazyAttribute(lambda revision: revision.style.revisions.count() + 1)
    status = RevisionStatus.PUBLISHED
    base_model = factory.SubFactory(BaseModelFactory)
    steps = 4
    image_size = 64
    published_at = factory.LazyAttribute(
        lambda revision: None if revision.status == RevisionStatus.DRAFT else timezone.now()
    )


class ReferenceImageFactory(DjangoModelFactory):
    class Meta:
        model = ReferenceImage

    brand = factory.SubFactory(BrandFactory)
    file_sha256 = factory.Sequence(lambda n: digest_of("reference", n))
    width = 64
    height = 64


class BotFactory(DjangoModelFactory):
    """A bot that a person registered; give ``client=`` for one of a platform, and ``sandbox=True``
    for one of its sandbox.
    """

    class Meta:
        model = Bot

    brand = factory.SubFactory(BrandFactory)
    external_id = factory.Sequence(lambda n: f"bot-{n}")
    name = factory.LazyAttribute(lambda bot: bot.external_id.title())


class GenerationRequestFactory(OfOneBrand):
    """In review and asked for by a person, unless told otherwise.

    With ``client=``, or with the ``bot=`` of a client, that client asked, and its owner answers.
    """

    class Meta:
        model = GenerationRequest

    _brand_from = ("bot", "style_revision")

    brand = factory.SubFactory(BrandFactory)
    client = None
    bot = factory.SubFactory(
        BotFactory,
        brand=factory.SelfAttribute("..brand"),
        client=factory.SelfAttribute("..client"),
    )
    requested_by = factory.LazyAttribute(
        lambda request: request.client.owner if request.client else UserFactory()
    )
    sandbox = factory.SelfAttribute("bot.sandbox")
    style_revision = factory.SubFactory(
        StyleRevisionFactory, brand=factory.SelfAttribute("..brand")
    )
    prompt = "a friendly robot with glasses"
    tags = factory.LazyFunction(lambda: {"subject": "robot", "eyewear": "glasses"})
    base_model = factory.SelfAttribute("style_revision.base_model")
    composed_prompt = "robot, glasses"
    candidate_count = 4
    seed = 7
    image_size = factory.SelfAttribute("style_revision.image_size")
    steps = factory.SelfAttribute("style_revision.steps")
    guidance_scale = factory.SelfAttribute("style_revision.guidance_scale")
    guidance_schedule = factory.SelfAttribute("style_revision.guidance_schedule")
    scheduler = factory.SelfAttribute("style_revision.scheduler")
    priority = Priority.NORMAL
    status = RequestStatus.IN_REVIEW

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> Any:
        if params.get("bot") is not None:
            params.setdefault("client", params["bot"].client)
        return super()._generate(strategy, params)


class RequestReferenceFactory(DjangoModelFactory):
    class Meta:
        model = RequestReference

    request = factory.SubFactory(GenerationRequestFactory)
    image = factory.SubFactory(
        ReferenceImageFactory, brand=factory.SelfAttribute("..request.brand")
    )
    role = "img2img"
    weight = 0.5


class CandidateFactory(OfOneBrand):
    """Checked and passed, unless ``status`` or ``verdict`` says otherwise.

    Only the hashes of a picture, no picture: a test that reads pixels stores them and gives
    ``file_sha256``.
    """

    class Meta:
        model = Candidate

    class Params:
        has_picture = factory.LazyAttribute(lambda candidate: candidate.status in WITH_PICTURE)

    _brand_from = ("request",)

    brand = factory.SubFactory(BrandFactory)
    request = factory.SubFactory(GenerationRequestFactory, brand=factory.SelfAttribute("..brand"))
    index = factory.LazyAttribute(lambda candidate: candidate.request.candidates.count())
    seed = factory.LazyAttribute(lambda candidate: candidate.request.seed + candidate.index)
    family = factory.SelfAttribute("request.base_model.family")
    batch_key = factory.LazyAttribute(
        lambda candidate: digest_of("batch", candidate.request.base_model_id)
    )
    priority = factory.SelfAttribute("request.queue_priority")
    status = CandidateStatus.SCREENED
    queued_at = factory.LazyFunction(timezone.now)
    lease_until = factory.LazyAttribute(
        lambda candidate: (
            timezone.now() + timedelta(seconds=30)
            if candidate.status == CandidateStatus.RENDERING
            else None
        )
    )
    verdict = factory.LazyAttribute(
        lambda candidate: (
            Verdict.PASS
            if candidate.has_picture and candidate.status != CandidateStatus.RENDERED
            else ""
        )
    )
    pixel_sha256 = factory.LazyAttribute(
        lambda candidate: (
            digest_of("pixels", candidate.request.pk, candidate.index)
            if candidate.has_picture
            else ""
        )
    )
    file_sha256 = factory.LazyAttribute(
        lambda candidate: (
            digest_of("file", candidate.request.pk, candidate.index)
            if candidate.has_picture
            else ""
        )
    )
    width = factory.LazyAttribute(
        lambda candidate: candidate.request.image_size if candidate.has_picture else None
    )
    height = factory.SelfAttribute("width")
    file_size = factory.LazyAttribute(lambda candidate: 1000 if candidate.has_picture else None)
    rendered_at = factory.LazyAttribute(
        lambda candidate: timezone.now() if candidate.has_picture else None
    )


class FindingFactory(OfOneBrand):
    """A check's word on a candidate; ``candidate=None, request=…`` makes it the requirement's."""

    class Meta:
        model = Finding

    _brand_from = ("candidate", "request")

    brand = factory.SubFactory(BrandFactory)
    candidate = factory.SubFactory(CandidateFactory, brand=factory.SelfAttribute("..brand"))
    request = factory.SelfAttribute("candidate.request")
    check_name = factory.Sequence(lambda n: f"check-{n}")
    check_version = "1"
    category = "quality"
    verdict = FindingVerdict.PASS
    score = 0.1
    threshold = 0.5


class DelegationFactory(OfOneBrand):
    """A reviewer's duty, done by a colleague for a day."""

    class Meta:
        model = Delegation

    brand = factory.SubFactory(BrandFactory)
    delegator = factory.LazyAttribute(lambda given: member(given.brand, Role.REVIEWER))
    delegate = factory.LazyAttribute(lambda given: member(given.brand, Role.REVIEWER))
    until = factory.LazyFunction(lambda: timezone.now() + timedelta(days=1))


class ReviewPolicyFactory(DjangoModelFactory):
    """The brand's next policy, in force; ``rules=…`` and ``stage_rules=…`` as values.

    ``rules`` are check → :class:`CheckRule`; checks that are not named are as they come.
    """

    class Meta:
        model = ReviewPolicy

    class Params:
        rules: ClassVar[dict[str, CheckRule]] = {}
        stage_rules: ClassVar[list[Stage]] = [Stage()]

    brand = factory.SubFactory(BrandFactory)
    number = factory.LazyAttribute(lambda policy: policy.brand.review_policies.count() + 1)
    status = PolicyStatus.CURRENT
    checks = factory.LazyAttribute(
        lambda policy: checks_as_json({**DEFAULT_RULES.checks, **policy.rules})
    )
    stages = factory.LazyAttribute(lambda policy: stages_as_json(policy.stage_rules))
    published_at = factory.LazyAttribute(
        lambda policy: None if policy.status == PolicyStatus.DRAFT else timezone.now()
    )


class ReviewCaseFactory(OfOneBrand):
    """An open case about pictures; ``status="claimed", claimed_by=…`` for a claimed one."""

    class Meta:
        model = ReviewCase

    _brand_from = ("request",)

    brand = factory.SubFactory(BrandFactory)
    request = factory.SubFactory(GenerationRequestFactory, brand=factory.SelfAttribute("..brand"))
    kind = CaseKind.IMAGE
    judged_by = factory.LazyAttribute(
        lambda case: (
            case.policy.rules.stages[0].role
            if getattr(case, "policy", None) and case.kind == CaseKind.IMAGE
            else Role.REVIEWER
        )
    )
    status = CaseStatus.OPEN
    claimed_until = factory.LazyAttribute(
        lambda case: (
            timezone.now() + timedelta(minutes=30) if case.status == CaseStatus.CLAIMED else None
        )
    )


class DecisionFactory(OfOneBrand):
    class Meta:
        model = Decision

    _brand_from = ("case",)

    brand = factory.SubFactory(BrandFactory)
    case = factory.SubFactory(
        ReviewCaseFactory, brand=factory.SelfAttribute("..brand"), status=CaseStatus.APPROVED
    )
    reviewer = factory.SubFactory(UserFactory)
    action = DecisionAction.APPROVE
    candidate = factory.SubFactory(
        CandidateFactory,
        brand=factory.SelfAttribute("..brand"),
        request=factory.SelfAttribute("..case.request"),
        status=CandidateStatus.APPROVED,
    )
    pixel_sha256 = factory.LazyAttribute(
        lambda decision: decision.candidate.pixel_sha256 if decision.candidate else ""
    )


class AvatarVersionFactory(OfOneBrand):
    """The bot's next version, current unless ``status`` says otherwise."""

    class Meta:
        model = AvatarVersion

    _brand_from = ("bot", "candidate")

    brand = factory.SubFactory(BrandFactory)
    bot = factory.SubFactory(BotFactory, brand=factory.SelfAttribute("..brand"))
    number = factory.LazyAttribute(lambda version: version.bot.versions.count() + 1)
    status = VersionStatus.CURRENT
    candidate = factory.SubFactory(
        CandidateFactory,
        brand=factory.SelfAttribute("..brand"),
        status=CandidateStatus.APPROVED,
        request__bot=factory.SelfAttribute("...bot"),
        request__status=RequestStatus.APPROVED,
    )
    pixel_sha256 = factory.SelfAttribute("candidate.pixel_sha256")
    file_sha256 = factory.SelfAttribute("candidate.file_sha256")
    decision_id = factory.LazyFunction(uuid7)
    decision = factory.LazyAttribute(
        lambda version: {"id": str(version.decision_id), "action": "approve"}
    )
    published_at = factory.LazyFunction(timezone.now)


class WebhookEndpointFactory(DjangoModelFactory):
    """An endpoint whose stored secret nobody can use; a test that sends makes its own."""

    class Meta:
        model = WebhookEndpoint

    client = factory.SubFactory(ApiClientFactory)
    url = factory.Sequence(lambda n: f"https://hooks-{n}.example/brandhub")
    secret_encrypted = b"not a secret"


class OutboxEventFactory(OfOneBrand):
    class Meta:
        model = OutboxEvent

    brand = factory.SubFactory(BrandFactory)
    type = EventType.REQUEST_IN_REVIEW
    data = factory.LazyFunction(dict)


class DeliveryFactory(DjangoModelFactory):
    class Meta:
        model = Delivery

    event = factory.SubFactory(OutboxEventFactory)
    endpoint = factory.SubFactory(WebhookEndpointFactory)


class AdapterFactory(OfOneBrand):
    class Meta:
        model = Adapter

    brand = factory.SubFactory(BrandFactory)
    slug = factory.Sequence(lambda n: f"adapter-{n}")
    name = factory.LazyAttribute(lambda adapter: adapter.slug.replace("-", " ").title())


class AdapterRevisionFactory(OfOneBrand):
    """Ready, unless ``status`` says otherwise; its files are hashes only."""

    class Meta:
        model = AdapterRevision

    class Params:
        is_usable = factory.LazyAttribute(lambda row: row.status in {"ready", "deprecated"})

    _brand_from = ("adapter",)

    brand = factory.SubFactory(BrandFactory)
    adapter = factory.SubFactory(AdapterFactory, brand=factory.SelfAttribute("..brand"))
    number = factory.LazyAttribute(lambda row: row.adapter.revisions.count() + 1)
    status = AdapterStatus.READY
    source = AdapterSource.UPLOAD
    base_model = factory.SubFactory(BaseModelFactory)
    file_sha256 = factory.Sequence(lambda n: digest_of("adapter", n))
    file_size = 1000
    layout = "kohya"
    rank = 4
    canonical_sha256 = factory.LazyAttribute(
        lambda row: digest_of("canonical", row.file_sha256) if row.is_usable else ""
    )


class PinnedAdapterFactory(DjangoModelFactory):
    class Meta:
        model = PinnedAdapter

    adapter_revision = factory.SubFactory(AdapterRevisionFactory)
    revision = factory.LazyAttribute(
        lambda pin: StyleRevisionFactory(
            brand=pin.adapter_revision.brand,
            base_model=pin.adapter_revision.base_model,
            status=RevisionStatus.DRAFT,
        )
    )


class AdapterTrainingFactory(DjangoModelFactory):
    """Queued, unless ``status`` says otherwise."""

    class Meta:
        model = AdapterTraining

    brand = factory.SubFactory(BrandFactory)
    slug = factory.Sequence(lambda n: f"trained-{n}")
    name = factory.LazyAttribute(lambda training: training.slug.replace("-", " ").title())
    base_model = factory.SubFactory(BaseModelFactory)
    trigger_words = "nimbus toy"
    pictures = factory.LazyFunction(list)
    recipe = factory.LazyFunction(lambda: AdapterRecipe(steps=40, place_faces=False).as_dict())
