"""The library: pictures drawn anew, told apart, captioned, with rights, pinned to drafts."""

import io
import os

import pytest
from django.db import ProgrammingError, transaction
from PIL import Image

from avatars.models import RequestReference
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import Conflict, InvalidInput, NotFound
from brandhub.common.storage import store
from styles.models import PinnedReference, ReferenceImage
from styles.references.collecting import (
    MOST_PINNED,
    DuplicateReference,
    change_reference,
    collect_reference,
    pin_references,
    remove_reference,
)
from styles.references.likeness import ALIKE, differing_bits, likeness_of, nearest
from styles.references.selectors import usable_references
from styles.services import copy_revision, publish_revision
from tests.factories import (
    BrandFactory,
    ReferenceImageFactory,
    RequestReferenceFactory,
    StyleRevisionFactory,
)
from tests.pictures import drawing, file_of, library_picture
from tests.races import InAnotherConnection, together, until_somebody_waits

pytestmark = pytest.mark.django_db


def collect(brand, data, **values):
    return collect_reference(
        actor=SYSTEM, brand=brand, client=None, file=io.BytesIO(data), size=len(data), **values
    )


def actions():
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


class TestLikeness:
    @pytest.mark.parametrize(
        "copied",
        [
            lambda image: Image.open(io.BytesIO(file_of(image, "JPEG", quality=60))),
            lambda image: image.resize((64, 64), Image.Resampling.LANCZOS),
            lambda image: image.resize((300, 300), Image.Resampling.BICUBIC),
            lambda image: image.point(lambda value: min(255, int(value * 1.05))),
        ],
        ids=["JPEG", "half", "enlarged", "brighter"],
    )
    def test_a_copy_is_alike(self, copied):
        original = drawing(1)

        distance = differing_bits(
            likeness_of(file_of(original)), likeness_of(file_of(copied(original)))
        )

        assert distance <= ALIKE

    def test_other_pictures_are_not_alike(self):
        hashes = [likeness_of(file_of(drawing(number))) for number in range(1, 13)]

        for place, each in enumerate(hashes):
            others = hashes[:place] + hashes[place + 1 :]
            found = nearest(each, others)
            assert found is not None
            assert found[1] > ALIKE

    def test_a_plain_picture_is_like_no_other(self):
        plain = likeness_of(file_of(Image.new("RGB", (64, 64), "#1c7ed6")))

        assert plain == ""
        assert nearest(plain, ["", likeness_of(file_of(drawing(1)))]) is None


class TestCollecting:
    def test_a_picture_is_kept_with_its_caption_and_rights(self):
        brand = BrandFactory()

        image = collect(
            brand,
            file_of(drawing(1), "WEBP"),
            title=" Mascot ",
            tags=["subject:robot", "accessory:glasses"],
            rights_holder="Acme",
            licence="own work",
        )

        image.refresh_from_db()
        assert (image.title, image.in_library, image.has_rights) == ("Mascot", True, True)
        assert image.tags == {"subject": "robot", "eyewear": "glasses"}
        kept = Image.open(io.BytesIO(store().read(brand.public_id, image.file_sha256)))
        assert (kept.format, kept.size) == ("PNG", (128, 128))
        event = AuditEvent.objects.get()
        assert (event.action, event.object_id, event.brand_id) == (
            "reference.collected",
            image.pk,
            brand.pk,
        )

    @pytest.mark.parametrize(
        "again",
        [
            lambda image: file_of(image),
            lambda image: file_of(image, "JPEG", quality=70),
            lambda image: file_of(image.resize((96, 96), Image.Resampling.LANCZOS)),
        ],
        ids=["the same", "as JPEG", "smaller"],
    )
    def test_what_looks_the_same_is_kept_once(self, again):
        brand = BrandFactory()
        first = collect(brand, file_of(drawing(1)))

        with pytest.raises(DuplicateReference) as conflict:
            collect(brand, again(drawing(1)))

        assert conflict.value.extra == {"reference_id": str(first.pk)}
        assert ReferenceImage.objects.get() == first
        assert collect(BrandFactory(), file_of(drawing(1)))
        assert collect(brand, file_of(drawing(2)))

    def test_plain_pictures_are_told_apart_by_their_pixels(self):
        brand = BrandFactory()
        blue, red = (file_of(Image.new("RGB", (64, 64), name)) for name in ("blue", "red"))
        collect(brand, blue)

        with pytest.raises(DuplicateReference):
            collect(brand, blue)
        assert collect(brand, red)

    def test_a_picture_of_a_request_is_no_duplicate(self):
        brand = BrandFactory()
        data = file_of(drawing(1))
        sent = ReferenceImageFactory(brand=brand, likeness=likeness_of(data))

        assert collect(brand, data) != sent

    @pytest.mark.parametrize(
        ("values", "pointer"),
        [
            ({"tags": ["subject:unicorn"]}, "/tags/0"),
            ({"licence": "x" * 121}, "/licence"),
            ({"rights_holder": "x" * 121}, "/rights_holder"),
        ],
    )
    def test_what_is_not_valid_is_named_and_nothing_is_kept(self, values, pointer):
        brand = BrandFactory()
        with pytest.raises(InvalidInput) as refusal:
            collect(brand, file_of(drawing(1)), **values)

        assert [error.pointer for error in refusal.value.errors] == [pointer]
        assert not ReferenceImage.objects.exists()
        assert not (store().root / brand.public_id).exists()
        assert actions() == []


@pytest.mark.django_db(transaction=True)
def test_twins_that_come_at_once_are_kept_once():
    brand = BrandFactory()
    files = [file_of(drawing(1)), file_of(drawing(1), "JPEG", quality=80)] * 2

    made = together(*[lambda data=data: collect(brand, data) for data in files])

    assert sum(isinstance(each, ReferenceImage) for each in made) == 1
    assert sum(isinstance(each, DuplicateReference) for each in made) == 3
    assert ReferenceImage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_picture_that_is_being_pinned_is_not_removed():
    # given
    revision = StyleRevisionFactory(status="draft")
    image = library_picture(revision.style.brand)
    # when: it is pinned, and removed before that is committed
    with transaction.atomic():
        pin_references(actor=SYSTEM, revision_id=revision.pk, reference_ids=[image.pk])
        removal = InAnotherConnection(
            lambda: remove_reference(actor=SYSTEM, reference_id=image.pk)
        ).start()
        until_somebody_waits()
    # then
    with pytest.raises(Conflict) as conflict:
        removal.finish()
    assert conflict.value.error_code == "reference_in_use"
    assert revision.pinned_references.get().reference == image


class TestChanging:
    def test_caption_and_rights_are_changed(self):
        image = library_picture(BrandFactory())

        change_reference(
            actor=SYSTEM,
            reference_id=image.pk,
            tags={"subject": "robot"},
            rights_holder="Acme",
            licence="own",
        )
        change_reference(actor=SYSTEM, reference_id=image.pk, licence="own")

        image.refresh_from_db()
        assert (image.tags, image.rights_holder, image.licence, image.title) == (
            {"subject": "robot"},
            "Acme",
            "own",
            "Mascot",
        )
        assert actions() == ["reference.changed"]

    def test_a_picture_in_use_stays(self):
        revision = StyleRevisionFactory(status="draft")
        image = library_picture(revision.style.brand)
        PinnedReference.objects.create(revision=revision, reference=image)

        with pytest.raises(Conflict) as conflict, transaction.atomic():
            remove_reference(actor=SYSTEM, reference_id=image.pk)

        assert conflict.value.error_code == "reference_in_use"
        assert ReferenceImage.objects.filter(pk=image.pk).exists()
        assert actions() == []
        revision.pinned_references.all().delete()
        remove_reference(actor=SYSTEM, reference_id=image.pk)
        assert not ReferenceImage.objects.exists()

    def test_a_request_keeps_the_picture_that_it_was_drawn_from(self):
        # given
        used = RequestReferenceFactory()
        image = used.image
        ReferenceImage.objects.filter(pk=image.pk).update(
            in_library=True, suggestion_status="asked"
        )
        # when
        remove_reference(actor=SYSTEM, reference_id=image.pk)
        # then
        image.refresh_from_db()
        assert (image.in_library, image.suggestion_status) == (False, "")
        assert RequestReference.objects.get().image == image
        assert actions() == ["reference.removed"]
        with pytest.raises(NotFound):
            remove_reference(actor=SYSTEM, reference_id=image.pk)

    def test_its_file_is_young_again_for_whoever_is_about_to_name_it(self):
        image = library_picture(BrandFactory())
        file = store().path_of(image.brand.public_id, image.file_sha256)
        os.utime(file, (1, 1))

        remove_reference(actor=SYSTEM, reference_id=image.pk)

        assert file.stat().st_mtime > 1

    def test_what_is_not_in_the_library_is_not_found(self):
        sent = ReferenceImageFactory()

        for deed in (remove_reference, change_reference):
            with pytest.raises(NotFound):
                deed(actor=SYSTEM, reference_id=sent.pk)
        assert ReferenceImage.objects.get() == sent


class TestPinning:
    def test_a_draft_gets_its_pictures_in_order(self):
        draft = StyleRevisionFactory(status="draft")
        a, b, c = (library_picture(draft.style.brand) for _ in range(3))

        pin_references(actor=SYSTEM, revision_id=draft.pk, reference_ids=[a.pk, b.pk])
        pin_references(actor=SYSTEM, revision_id=draft.pk, reference_ids=[c.pk, a.pk, c.pk])
        pin_references(actor=SYSTEM, revision_id=draft.pk, reference_ids=[c.pk, a.pk])

        assert [pin.reference for pin in draft.pinned_references.all()] == [c, a]
        assert actions() == ["style_revision.references_pinned"] * 2

    def test_a_published_revision_keeps_its_pictures(self):
        draft = StyleRevisionFactory(status="draft")
        image, other = library_picture(draft.style.brand), library_picture(draft.style.brand)
        pin_references(actor=SYSTEM, revision_id=draft.pk, reference_ids=[image.pk])
        publish_revision(actor=SYSTEM, revision_id=draft.pk)

        with pytest.raises(Conflict) as conflict:
            pin_references(actor=SYSTEM, revision_id=draft.pk, reference_ids=[])
        assert conflict.value.error_code == "revision_frozen"
        pin = draft.pinned_references.get()
        for past_the_service in (
            pin.delete,
            lambda: PinnedReference.objects.update(reference=other),
            lambda: PinnedReference.objects.create(revision=draft, reference=other),
        ):
            with pytest.raises(ProgrammingError, match="are frozen"), transaction.atomic():
                past_the_service()
        assert [each.reference for each in draft.pinned_references.all()] == [image]

    def test_another_brands_picture_is_unknown(self):
        draft = StyleRevisionFactory(status="draft")
        sent = ReferenceImageFactory(brand=draft.style.brand)

        for image in (library_picture(BrandFactory()), sent):
            with pytest.raises(InvalidInput) as refusal:
                pin_references(actor=SYSTEM, revision_id=draft.pk, reference_ids=[image.pk])
            assert refusal.value.error_code == "unknown_reference"
        assert not draft.pinned_references.exists()

    def test_there_is_an_end_to_it(self):
        draft = StyleRevisionFactory(status="draft")
        images = [
            ReferenceImageFactory(brand=draft.style.brand, in_library=True)
            for _ in range(MOST_PINNED + 1)
        ]

        with pytest.raises(InvalidInput) as refusal:
            pin_references(
                actor=SYSTEM, revision_id=draft.pk, reference_ids=[each.pk for each in images]
            )
        assert refusal.value.error_code == "too_many_references"

    def test_the_copy_of_a_revision_has_its_pictures(self):
        draft = StyleRevisionFactory(status="draft")
        a, b = (library_picture(draft.style.brand) for _ in range(2))
        pin_references(actor=SYSTEM, revision_id=draft.pk, reference_ids=[b.pk, a.pk])
        publish_revision(actor=SYSTEM, revision_id=draft.pk)

        copy = copy_revision(actor=SYSTEM, revision_id=draft.pk)

        assert [pin.reference for pin in copy.pinned_references.all()] == [b, a]


class TestRights:
    @pytest.mark.parametrize(
        ("rights", "usable"),
        [
            ({"rights_holder": "Acme", "licence": "own"}, True),
            ({"rights_holder": "Acme"}, False),
            ({"licence": "own"}, False),
            ({"rights_holder": " ", "licence": "own"}, False),
            ({}, False),
        ],
    )
    def test_a_picture_without_rights_is_unusable_where_the_policy_says_so(self, rights, usable):
        brand = BrandFactory(references_need_rights=True)
        draft = StyleRevisionFactory(brand=brand, status="draft")
        image = library_picture(brand, **rights)

        if usable:
            pin_references(actor=SYSTEM, revision_id=draft.pk, reference_ids=[image.pk])
        else:
            with pytest.raises(InvalidInput) as refusal:
                pin_references(actor=SYSTEM, revision_id=draft.pk, reference_ids=[image.pk])
            assert refusal.value.error_code == "rights_missing"
        assert draft.pinned_references.exists() is usable
        assert (image in usable_references(brand)) is usable

    def test_without_the_policy_every_picture_is_usable(self):
        image = library_picture(BrandFactory())

        assert list(usable_references(image.brand)) == [image]

    def test_a_policy_that_came_later_holds_back_the_publication(self):
        draft = StyleRevisionFactory(status="draft")
        brand = draft.style.brand
        image = library_picture(brand)
        pin_references(actor=SYSTEM, revision_id=draft.pk, reference_ids=[image.pk])
        brand.references_need_rights = True
        brand.save()

        with pytest.raises(InvalidInput) as refusal:
            publish_revision(actor=SYSTEM, revision_id=draft.pk)

        draft.refresh_from_db()
        assert (refusal.value.error_code, draft.status) == ("rights_missing", "draft")
