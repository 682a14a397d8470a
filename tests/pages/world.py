"""One brand with everything that a page can show, and a stranger who may see none of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from PIL import Image

from avatars.models import AvatarVersion, Bot, Candidate, GenerationRequest, StyleComparison
from avatars.states import CandidateStatus, RequestStatus, Verdict
from brandhub.accounts.models import ApiClient, Brand, Membership, Role, User
from brandhub.common.pixels import pixel_sha256, png_bytes
from brandhub.common.storage import store
from moderation.models import ReviewCase, ReviewPolicy
from moderation.states import CaseKind, FindingVerdict
from styles.models import (
    AdapterRevision,
    AdapterTraining,
    BrandLogo,
    PaletteColour,
    PinnedReference,
    ReferenceImage,
    Style,
    StyleRevision,
)
from styles.states import RevisionStatus
from tests import factories
from tests.pictures import library_picture


@dataclass
class World:
    """``acme`` and its people; ``stranger`` manages another brand and nothing of this one."""

    brand: Brand
    manager: User
    reviewer: User
    viewer: User
    stranger: User
    client: ApiClient
    #: The brand's only colour, and the viewer's membership.
    colour: PaletteColour
    logo: BrandLogo
    membership: Membership
    style: Style
    revision: StyleRevision
    #: The second revision of ``style``, still being written.
    draft: StyleRevision
    #: In the library, and pinned by the draft.
    comparison: StyleComparison
    reference: ReferenceImage
    #: In the library, and in no revision.
    unused_reference: ReferenceImage
    bot: Bot
    #: In review, with an open case; three pictures, of which the third is blocked.
    request: GenerationRequest
    candidates: list[Candidate]
    case: ReviewCase
    #: In force, and the draft of the next one.
    policy: ReviewPolicy
    policy_draft: ReviewPolicy
    #: Held, with an open prompt case.
    held: GenerationRequest
    prompt_case: ReviewCase
    #: Failed, so that it can be tried again.
    failed: GenerationRequest
    #: Sent back, so that it can be continued.
    sent_back: GenerationRequest
    #: The bot's versions 1 (superseded) and 2 (current).
    versions: list[AvatarVersion]
    #: Ready, with a preview, and pinned by a draft.
    adapter: AdapterRevision
    #: The draft that pins it.
    pinning_draft: StyleRevision
    training: AdapterTraining
    #: The platform could not check it.
    unchecked_adapter: AdapterRevision

    def person(self, role: str) -> User:
        return getattr(self, role)


def picture(brand: Brand, *words: object) -> dict[str, Any]:
    """Store a small picture of its own colour; return a candidate's columns for it."""
    colour = tuple(hashlib.sha256(repr(words).encode()).digest()[:3])
    image = Image.new("RGB", (64, 64), colour)
    image.paste((255, 255, 255), (16, 20, 48, 44))
    stored = store().put(brand.public_id, png_bytes(image))
    return {
        "pixel_sha256": pixel_sha256(image),
        "file_sha256": stored.sha256,
        "width": 64,
        "height": 64,
        "file_size": stored.size,
    }


def candidate(request: GenerationRequest, index: int, status: str, **values: Any) -> Candidate:
    """A candidate whose picture exists."""
    return factories.CandidateFactory(
        request=request,
        index=index,
        status=status,
        **picture(request.brand, request.pk, index),
        **values,
    )


def published(bot: Bot, revision: StyleRevision, asked_by: User, status: str) -> AvatarVersion:
    """A version of ``bot`` with its request, candidate and decision."""
    request = factories.GenerationRequestFactory(
        bot=bot, style_revision=revision, requested_by=asked_by, status=RequestStatus.APPROVED
    )
    chosen = candidate(request, 0, CandidateStatus.APPROVED)
    case = factories.ReviewCaseFactory(request=request, status="approved")
    decision = factories.DecisionFactory(case=case, candidate=chosen)
    return factories.AvatarVersionFactory(
        bot=bot,
        candidate=chosen,
        status=status,
        decision_id=decision.pk,
        decision={"action": "approve", "reviewer": {"name": "Ada"}},
    )


def logo(brand: Brand) -> BrandLogo:
    """A logo whose file is there."""
    stored = store().put(brand.public_id, png_bytes(Image.new("RGBA", (40, 20), "#c92a2a")))
    return BrandLogo.objects.create(
        brand=brand, file_sha256=stored.sha256, width=40, height=20, minimum_size=12
    )


def compared(
    bot: Bot, first: StyleRevision, second: StyleRevision, asked_by: User
) -> StyleComparison:
    """A comparison that is over: its second picture is blocked, the others are fine."""
    both = [
        factories.GenerationRequestFactory(
            bot=bot,
            style_revision=revision,
            requested_by=asked_by,
            is_preview=True,
            status=RequestStatus.PREVIEWED,
        )
        for revision in (first, second)
    ]
    for request in both:
        for index in range(4):
            verdict = Verdict.BLOCK if index == 1 else Verdict.PASS
            candidate(request, index, CandidateStatus.SCREENED, verdict=verdict)
    return StyleComparison.objects.create(
        brand=bot.brand, first=both[0], second=both[1], created_by=asked_by
    )


def build(**brand_values: Any) -> World:
    """Make a world; several may stand side by side."""
    brand = factories.BrandFactory(**brand_values)
    people = {role: factories.member(brand, role) for role in Role.values}
    stranger = factories.member(factories.BrandFactory(), Role.MANAGER)
    colour = factories.PaletteColourFactory(brand=brand, name="Brand blue", hex="#1c7ed6")
    client = factories.ApiClientFactory(owner=people["manager"], brands=[brand])
    # Older than the style that lists are measured by, which so stays on their first page.
    pinning_draft = factories.StyleRevisionFactory(brand=brand, status=RevisionStatus.DRAFT)
    revision = factories.StyleRevisionFactory(brand=brand)
    draft = factories.StyleRevisionFactory(
        style=revision.style,
        base_model=revision.base_model,
        status="draft",
        prompt_template="friendly {caption}",
        default_tags={"subject": "robot"},
    )
    reference = library_picture(
        brand, tags={"subject": "robot"}, rights_holder="Acme", licence="own"
    )
    PinnedReference.objects.create(revision=draft, reference=reference)
    bot = factories.BotFactory(brand=brand)
    values = {"bot": bot, "style_revision": revision, "requested_by": people["manager"]}
    request = factories.GenerationRequestFactory(**values)
    factories.RequestReferenceFactory(
        request=request, image__file_sha256=picture(brand, "reference")["file_sha256"]
    )
    candidates = [
        candidate(request, 0, CandidateStatus.SCREENED),
        candidate(request, 1, CandidateStatus.SCREENED, verdict=Verdict.FLAG),
        candidate(request, 2, CandidateStatus.SCREENED, verdict=Verdict.BLOCK),
    ]
    for each in candidates:
        factories.FindingFactory(
            candidate=each,
            check_name="palette_distance",
            category="brand_fit",
            verdict=FindingVerdict.FLAG,
            score=0.1,
            threshold=0.25,
            evidence={
                "swatches": [
                    {
                        "hex": "#123456",
                        "share": 0.5,
                        "nearest": "Brand blue",
                        "nearest_hex": "#1c7ed6",
                        "delta_e": 21.0,
                        "within": False,
                    }
                ]
            },
        )
    held = factories.GenerationRequestFactory(
        **values,
        prompt="a robot like Blue Mouse",
        status=RequestStatus.HELD,
        reason="prompt_in_doubt",
    )
    factories.FindingFactory(
        candidate=None,
        request=held,
        check_name="protected_names",
        category="protected_name",
        verdict=FindingVerdict.FLAG,
        evidence={
            "field": "prompt",
            "start": 13,
            "end": 23,
            "text": "Blue Mouse",
            "term": "blue mouse",
            "disguised": False,
        },
    )
    failed = factories.GenerationRequestFactory(
        **values, status=RequestStatus.FAILED, reason="no_candidate_rendered"
    )
    factories.CandidateFactory(request=failed, index=0, status=CandidateStatus.QUARANTINED)
    adapter = factories.AdapterRevisionFactory(
        brand=brand,
        base_model=pinning_draft.base_model,
        preview_sha256=picture(brand, "preview")["file_sha256"],
        trigger_words="nimbus toy",
    )
    factories.PinnedAdapterFactory(adapter_revision=adapter, revision=pinning_draft)
    training = factories.AdapterTrainingFactory(
        brand=brand,
        step=20,
        seconds=10.0,
        losses=[[10, 0.5], [20, 0.25]],
        previews=[
            {"step": 0, "sha256": picture(brand, "faces")["file_sha256"]},
            {"step": 10, "sha256": picture(brand, "step")["file_sha256"]},
        ],
    )
    sent_back = factories.GenerationRequestFactory(**values, status=RequestStatus.CHANGES_REQUESTED)
    return World(
        brand=brand,
        **people,
        stranger=stranger,
        client=client,
        colour=colour,
        logo=logo(brand),
        membership=people["viewer"].memberships.get(),
        style=revision.style,
        revision=revision,
        draft=draft,
        comparison=compared(bot, revision, draft, people["manager"]),
        reference=reference,
        unused_reference=library_picture(brand, title="Spare"),
        bot=bot,
        request=request,
        candidates=candidates,
        case=factories.ReviewCaseFactory(request=request),
        policy=factories.ReviewPolicyFactory(brand=brand),
        policy_draft=factories.ReviewPolicyFactory(brand=brand, status="draft"),
        held=held,
        prompt_case=factories.ReviewCaseFactory(request=held, kind=CaseKind.PROMPT),
        failed=failed,
        sent_back=sent_back,
        adapter=adapter,
        training=training,
        pinning_draft=pinning_draft,
        unchecked_adapter=factories.AdapterRevisionFactory(
            brand=brand, status="failed", reason="model_missing"
        ),
        versions=[
            published(bot, revision, people["manager"], "superseded"),
            published(bot, revision, people["manager"], "current"),
        ],
    )
