"""One brand with everything that a page can show, and a stranger who may see none of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from PIL import Image

from avatars.models import AvatarVersion, Bot, Candidate, GenerationRequest
from avatars.states import CandidateStatus, RequestStatus, Verdict
from brandhub.accounts.models import ApiClient, Brand, Role, User
from brandhub.common.pixels import pixel_sha256, png_bytes
from brandhub.common.storage import store
from moderation.models import ReviewCase
from moderation.states import CaseKind, FindingVerdict
from styles.models import PinnedReference, ReferenceImage, Style, StyleRevision
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
    style: Style
    revision: StyleRevision
    #: The second revision of ``style``, still being written.
    draft: StyleRevision
    #: In the library, and pinned by the draft.
    reference: ReferenceImage
    #: In the library, and in no revision.
    unused_reference: ReferenceImage
    bot: Bot
    #: In review, with an open case; three pictures, of which the third is blocked.
    request: GenerationRequest
    candidates: list[Candidate]
    case: ReviewCase
    #: Held, with an open prompt case.
    held: GenerationRequest
    prompt_case: ReviewCase
    #: Failed, so that it can be tried again.
    failed: GenerationRequest
    #: Sent back, so that it can be continued.
    sent_back: GenerationRequest
    #: The bot's versions 1 (superseded) and 2 (current).
    versions: list[AvatarVersion]

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


def build(**brand_values: Any) -> World:
    """Make a world; several may stand side by side."""
    brand = factories.BrandFactory(**brand_values)
    people = {role: factories.member(brand, role) for role in Role.values}
    stranger = factories.member(factories.BrandFactory(), Role.MANAGER)
    factories.PaletteColourFactory(brand=brand, name="Brand blue", hex="#1c7ed6")
    client = factories.ApiClientFactory(owner=people["manager"], brands=[brand])
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
    sent_back = factories.GenerationRequestFactory(**values, status=RequestStatus.CHANGES_REQUESTED)
    return World(
        brand=brand,
        **people,
        stranger=stranger,
        client=client,
        style=revision.style,
        revision=revision,
        draft=draft,
        reference=reference,
        unused_reference=library_picture(brand, title="Spare"),
        bot=bot,
        request=request,
        candidates=candidates,
        case=factories.ReviewCaseFactory(request=request),
        held=held,
        prompt_case=factories.ReviewCaseFactory(request=held, kind=CaseKind.PROMPT),
        failed=failed,
        sent_back=sent_back,
        versions=[
            published(bot, revision, people["manager"], "superseded"),
            published(bot, revision, people["manager"], "current"),
        ],
    )
