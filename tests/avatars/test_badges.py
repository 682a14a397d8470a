"""The badge is part of the picture: drawn by the worker, pinned and told by the record."""

import io

import pytest
from PIL import Image

from avatars.models import GenerationRequest
from avatars.renderer import render_once
from avatars.selectors.versions import provenance
from avatars.services import submit_request
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import InvalidInput
from brandhub.common.pixels import pixel_sha256
from brandhub.common.storage import store
from styles.logos.badges import Badge, with_badge
from styles.logos.uploading import upload_logo
from styles.models import BrandLogo
from styles.services import change_revision, publish_revision
from tests.avatars.generators import PlainGenerator, picture_of
from tests.factories import (
    AvatarVersionFactory,
    BotFactory,
    CandidateFactory,
    GenerationRequestFactory,
    StyleRevisionFactory,
    UserFactory,
)
from tests.pictures import file_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("moderation")]

RED = Image.new("RGB", (60, 40), "#c92a2a")


def logo_of(brand, image=RED, **values):
    data = file_of(image)
    return upload_logo(
        actor=SYSTEM,
        brand=brand,
        file=io.BytesIO(data),
        size=len(data),
        **{"clear_space": 10, "minimum_size": 12, **values},
    )


def submit(revision, **values):
    return submit_request(
        actor=SYSTEM,
        bot=BotFactory(brand=revision.style.brand),
        style_revision=revision,
        requested_by=UserFactory(),
        prompt="a robot",
        candidates=2,
        seed=7,
        **values,
    )


@pytest.fixture
def badged():
    """A published revision whose pictures bear the brand's logo."""
    draft = StyleRevisionFactory(status="draft")
    logo_of(draft.style.brand)
    change_revision(actor=SYSTEM, revision_id=draft.pk, badge_corner="bottom_right", badge_size=45)
    return publish_revision(actor=SYSTEM, revision_id=draft.pk)


def test_what_is_stored_and_hashed_are_the_pixels_with_the_badge(badged):
    # given a request in a style with a badge
    request = submit(badged)
    # when it is drawn
    assert render_once(family="avatar-mini", generator=PlainGenerator()) == 2
    # then every picture bears it, and its hash is that of what is to be seen
    badge = Badge(**request.badge)
    logo = BrandLogo.objects.get()
    for candidate in request.candidates.all():
        expected = with_badge(picture_of(candidate.seed), RED.convert("RGBA"), badge)
        assert candidate.pixel_sha256 == pixel_sha256(expected)
        assert candidate.pixel_sha256 != pixel_sha256(picture_of(candidate.seed))
        data = store().read(request.brand.public_id, candidate.file_sha256)
        with Image.open(io.BytesIO(data)) as stored:
            assert pixel_sha256(stored) == candidate.pixel_sha256
    assert (badge.logo, badge.sha256) == (str(logo.pk), logo.file_sha256)


def test_a_request_keeps_the_logo_that_it_was_made_with(badged):
    before = submit(badged)
    logo_of(badged.style.brand, Image.new("RGB", (60, 40), "blue"))
    after = submit(badged)

    assert before.badge["sha256"] != after.badge["sha256"]
    render_once(family="avatar-mini", generator=PlainGenerator())
    candidate = before.candidates.get(index=0)
    expected = with_badge(picture_of(7), RED.convert("RGBA"), Badge(**before.badge))
    assert candidate.pixel_sha256 == pixel_sha256(expected)


def test_a_style_without_a_badge_is_left_alone():
    revision = StyleRevisionFactory()
    logo_of(revision.style.brand)
    request = submit(revision)

    render_once(family="avatar-mini", generator=PlainGenerator())

    assert request.badge == {}
    assert request.candidates.get(index=0).pixel_sha256 == pixel_sha256(picture_of(7))


def test_a_logo_whose_file_is_gone_fails_and_lets_no_bare_picture_through(badged):
    request = submit(badged)
    store().delete(request.brand.public_id, request.badge["sha256"])

    render_once(family="avatar-mini", generator=PlainGenerator())

    for candidate in request.candidates.all():
        assert (candidate.status, candidate.pixel_sha256) == ("queued", "")
        assert candidate.last_error == "stored_file_missing"


def test_a_revision_with_a_badge_needs_a_logo_to_be_published():
    draft = StyleRevisionFactory(status="draft", badge_corner="top_left")

    with pytest.raises(InvalidInput) as refusal:
        publish_revision(actor=SYSTEM, revision_id=draft.pk)

    draft.refresh_from_db()
    assert (refusal.value.error_code, draft.status) == ("logo_missing", "draft")


def test_a_logo_that_grew_too_large_is_told_to_who_asks(badged):
    logo_of(badged.style.brand, minimum_size=48)

    with pytest.raises(InvalidInput) as refusal:
        submit(badged)

    assert refusal.value.error_code == "badge_too_large"
    assert not GenerationRequest.objects.exists()


def test_the_lineage_tells_of_the_badge(badged):
    request = GenerationRequestFactory(
        style_revision=badged, status="approved", badge={"sha256": "a" * 64, "diameter": 29}
    )
    chosen = CandidateFactory(request=request, status="approved")
    version = AvatarVersionFactory(bot=request.bot, candidate=chosen)

    assert provenance(version)["recipe"]["badge"] == {"sha256": "a" * 64, "diameter": 29}
