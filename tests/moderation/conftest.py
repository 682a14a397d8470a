"""A brand with its people, and requests at the points where moderation takes them up."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import transaction
from django.utils import timezone
from PIL import Image

from avatars.models import Alignment, Candidate, GenerationRequest
from brandhub.accounts.models import ApiClient, Brand, Role, User
from brandhub.common.pixels import pixel_sha256, png_bytes
from brandhub.common.storage import store
from brandhub.inference.judging import packed_features
from moderation.models import ReviewCase
from moderation.policies.rules import Stage
from moderation.services import start_screenings
from moderation.services.cases import open_case
from moderation.states import CaseKind
from tests.factories import (
    ApiClientFactory,
    BrandFactory,
    CandidateFactory,
    GenerationRequestFactory,
    ReviewCaseFactory,
    ReviewPolicyFactory,
    UserFactory,
    member,
)

JUDGE = "test-judge"


@pytest.fixture
def brand(db: None) -> Brand:
    return BrandFactory(slug="acme")


@pytest.fixture
def reviewer(brand: Brand) -> User:
    return member(brand, Role.REVIEWER)


@pytest.fixture
def colleague(brand: Brand) -> User:
    """A second reviewer."""
    return member(brand, Role.REVIEWER)


@pytest.fixture
def manager(brand: Brand) -> User:
    return member(brand, Role.MANAGER)


@pytest.fixture
def viewer(brand: Brand) -> User:
    return member(brand, Role.VIEWER)


@pytest.fixture
def stranger() -> User:
    """A reviewer of another brand."""
    return member(BrandFactory(slug="rival"), Role.REVIEWER)


@pytest.fixture
def requester(brand: Brand) -> User:
    """Who asked for the avatar, and could review others' requests."""
    return member(brand, Role.MANAGER)


@pytest.fixture
def platform(brand: Brand) -> ApiClient:
    """A bot platform whose owner could review others' requests."""
    return ApiClientFactory(brands=[brand], owner=member(brand, Role.REVIEWER))


@pytest.fixture
def superuser(db: None) -> User:
    return UserFactory(is_superuser=True)


@pytest.fixture
def in_review(brand: Brand, requester: User) -> Callable[..., ReviewCase]:
    """``in_review(candidates=2)``: a request in review with its open image case."""

    def make(*, candidates: int = 2, case: dict[str, Any] | None = None, **values: Any):
        values.setdefault("requested_by", requester)
        request = GenerationRequestFactory(brand=brand, candidate_count=candidates, **values)
        CandidateFactory.create_batch(candidates, request=request)
        return ReviewCaseFactory(request=request, **(case or {}))

    return make


@pytest.fixture
def staged(brand: Brand, in_review: Callable[..., ReviewCase]) -> Callable[..., ReviewCase]:
    """``staged(stages)``: a case that follows a policy with these stages."""

    def make(stages: list[Stage], **values: Any) -> ReviewCase:
        return in_review(
            case={"policy": ReviewPolicyFactory(brand=brand, stage_rules=stages)}, **values
        )

    return make


@pytest.fixture
def late(
    brand: Brand, in_review: Callable[..., ReviewCase], platform: ApiClient, reviewer: User
) -> ReviewCase:
    """A case whose stage has lasted too long, asked for by a platform."""
    policy = ReviewPolicyFactory(
        brand=brand, stage_rules=[Stage(age_limit_hours=2), Stage("Brand", Role.MANAGER)]
    )
    request = in_review(
        client=platform, requested_by=platform.owner, case={"status": "rejected"}
    ).request
    with transaction.atomic():
        case = open_case(request=request, kind=CaseKind.IMAGE)
    assert case.policy == policy
    left = case.due_at - timezone.now()
    assert timedelta(hours=1, minutes=58) < left <= timedelta(hours=2)
    return case


@pytest.fixture
def held(brand: Brand, requester: User) -> Callable[..., ReviewCase]:
    """``held()``: a held request with its open prompt case."""

    def make(*, case: dict[str, Any] | None = None, **values: Any) -> ReviewCase:
        values.setdefault("requested_by", requester)
        request = GenerationRequestFactory(
            brand=brand, status="held", reason="prompt_in_doubt", candidate_count=2, **values
        )
        return ReviewCaseFactory(request=request, kind="prompt", **(case or {}))

    return make


def scene(seed: int = 0, *, colour: tuple[int, int, int] = (21, 101, 192)) -> Image.Image:
    """A drawing of 96 × 96: a face of one's own on a ground of ``colour``."""
    rng = np.random.default_rng(seed)
    pixels = np.empty((96, 96, 3), dtype=np.uint8)
    pixels[:] = colour
    y, x = np.ogrid[:96, :96]
    pixels[(y - 50) ** 2 + (x - 48) ** 2 < 26**2] = (240, 220, 190)
    for eye in (38, 58):
        pixels[(y - 44) ** 2 + (x - eye) ** 2 < 5**2] = (30, 30, 30)
    pixels[62:66, 36 + rng.integers(0, 6) : 56 + rng.integers(0, 6)] = (160, 40, 40)
    return Image.fromarray(pixels)


def rendered(request: GenerationRequest, image: Image.Image, **values: Any) -> Candidate:
    """A rendered candidate of ``request`` whose file lies in the store."""
    stored = store().put(request.brand.public_id, png_bytes(image))
    candidate = CandidateFactory(
        request=request,
        **{
            "status": "rendered",
            "pixel_sha256": pixel_sha256(image),
            "file_sha256": stored.sha256,
            "file_size": stored.size,
            "width": image.width,
            "height": image.height,
        }
        | values,
    )
    judged(candidate, image)
    return candidate


def features_of(image: Image.Image) -> np.ndarray:
    """A unit vector of 256 numbers that is nobody else's: other pictures' are at right angles to
    it, nearly.
    """
    seed = int(pixel_sha256(image)[:8], 16)
    drawn = np.random.default_rng(seed).normal(size=256)
    return drawn / np.linalg.norm(drawn)


def judged(candidate: Candidate, image: Image.Image, **values: Any) -> Alignment:
    """What a judge says of ``candidate``: a robot was asked, and there is one."""
    return Alignment.objects.create(
        **{
            "brand": candidate.brand,
            "candidate": candidate,
            "judge": JUDGE,
            "score": 0.9,
            "tags": [{"tag": "subject:robot", "absent": False, "score": 0.9, "chance": 0.25}],
            "features": packed_features(features_of(image)),
        }
        | values
    )


def jpeg_bytes(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="JPEG", quality=90)
    return buffer.getvalue()


@pytest.fixture
def being_screened(brand: Brand, requester: User) -> Callable[..., GenerationRequest]:
    """``being_screened(image, image)``: a request whose pictures wait for the checks."""

    def make(*images: Image.Image, **values: Any) -> GenerationRequest:
        request = GenerationRequestFactory(
            brand=brand,
            requested_by=requester,
            status="screening",
            candidate_count=len(images),
            **values,
        )
        for image in images:
            rendered(request, image)
        start_screenings(request=request)
        return request

    return make
