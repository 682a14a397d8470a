"""Reference images: how closely they are followed, what is refused, and that workers get them."""

import contextlib

import pytest
from django.db import IntegrityError, transaction

from avatars.models import GenerationRequest, RequestReference
from avatars.renderer import render_once
from avatars.selectors.versions import provenance
from avatars.services import plan_request, submit_request
from avatars.services.references import ReferenceUse, strength_for
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import Conflict, InvalidInput, NotFound, Refused
from brandhub.common.storage import store
from brandhub.inference.specs import StartImage, steps_walked
from styles.models import ReferenceImage
from styles.references.collecting import remove_reference
from tests.avatars.generators import PlainGenerator
from tests.factories import (
    AvatarVersionFactory,
    BotFactory,
    BrandFactory,
    ReferenceImageFactory,
    StyleRevisionFactory,
    UserFactory,
)
from tests.races import InAnotherConnection, until_somebody_waits

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("moderation")]


@pytest.fixture
def house():
    brand = BrandFactory()
    return {
        "bot": BotFactory(brand=brand),
        "style_revision": StyleRevisionFactory(brand=brand, steps=25),
    }


@pytest.fixture
def image(house):
    return ReferenceImageFactory(brand=house["bot"].brand)


def submit(house, *references, **values):
    return submit_request(
        actor=SYSTEM,
        requested_by=UserFactory(),
        prompt="a robot",
        references=references,
        **house,
        **values,
    )


class TestStrength:
    @pytest.mark.parametrize("steps", [2, 3, 4, 7, 25, 49, 150])
    @pytest.mark.parametrize("weight", [0.0, 0.3, 0.5, 0.8, 1.0])
    def test_neither_picture_nor_words_are_without_effect(self, image, steps, weight):
        strength = strength_for([ReferenceUse(image, "img2img", weight)], steps=steps)
        assert 1 <= steps_walked(steps, strength) < steps

    def test_the_closer_the_fewer_steps_are_walked(self, image):
        walked = [
            steps_walked(25, strength_for([ReferenceUse(image, "img2img", weight)], steps=25))
            for weight in (0.0, 0.3, 0.5, 0.8, 1.0)
        ]
        assert walked == [24, 18, 14, 7, 2]

    def test_without_a_picture_all_steps_are_walked(self):
        assert strength_for([], steps=25) == 1.0


class TestSubmit:
    def test_the_reference_is_written_with_the_recipe(self, house, image):
        # when
        request = submit(house, ReferenceUse(image, "img2img", 0.8))
        # then
        request.refresh_from_db()
        assert request.references.values_list("image", "role", "weight").get() == (
            image.pk,
            "img2img",
            0.8,
        )
        assert request.steps_walked == 7
        plan = plan_request(
            prompt="a robot", references=[ReferenceUse(image, "img2img", 0.8)], **house
        )
        assert plan.cost == 4 * 7

    def test_candidates_of_another_closeness_share_no_batch(self, house, image):
        keys = {
            submit(house, *uses).candidates.first().batch_key
            for uses in (
                (),
                (ReferenceUse(image, "img2img", 0.3),),
                (ReferenceUse(image, "img2img", 0.8),),
            )
        }
        assert len(keys) == 3

    @pytest.mark.parametrize(
        ("uses", "code", "pointer"),
        [
            ([("structure", 0.5)], "reference_role_unsupported", "/reference_images/0/role"),
            (
                [("img2img", 0.5), ("img2img", 0.5)],
                "reference_role_twice",
                "/reference_images/1/role",
            ),
            ([("img2img", 1.5)], "out_of_range", "/reference_images/0/weight"),
            ([("img2img", float("nan"))], "out_of_range", "/reference_images/0/weight"),
        ],
    )
    def test_what_cannot_be_used_is_refused(self, house, image, uses, code, pointer):
        with pytest.raises(InvalidInput) as refused:
            submit(house, *(ReferenceUse(image, role, weight) for role, weight in uses))
        assert refused.value.error_code == code
        assert [each.pointer for each in refused.value.errors] == [pointer]
        assert not GenerationRequest.objects.exists()

    def test_a_style_of_one_step_takes_none(self, house, image):
        house["style_revision"] = StyleRevisionFactory(brand=house["bot"].brand, steps=1)
        with pytest.raises(InvalidInput) as refused:
            submit(house, ReferenceUse(image, "img2img"))
        assert refused.value.error_code == "reference_role_unsupported"

    def test_a_picture_of_another_brand_is_refused(self, house):
        with pytest.raises(Refused) as refused:
            submit(house, ReferenceUse(ReferenceImageFactory(), "img2img"))
        assert refused.value.error_code == "reference_of_another"

    def test_a_picture_that_was_removed_meanwhile_is_not_found(self, house, image):
        use = ReferenceUse(image, "img2img")
        ReferenceImage.objects.all().delete()
        with pytest.raises(NotFound):
            submit(house, use)
        assert not GenerationRequest.objects.exists()

    def test_a_picture_that_is_being_used_is_not_removed(self, house, image):
        # given: a picture of the library, and a request whose transaction is not over
        ReferenceImage.objects.update(in_library=True)
        with transaction.atomic():
            submit(house, ReferenceUse(image, "img2img"))
            removal = InAnotherConnection(
                lambda: remove_reference(actor=SYSTEM, reference_id=image.pk)
            ).start()
            until_somebody_waits()
        # when
        with contextlib.suppress(Conflict):
            removal.finish()
        # then
        assert RequestReference.objects.get().image_id == image.pk
        assert ReferenceImage.objects.filter(pk=image.pk).exists()

    def test_the_database_keeps_one_picture_per_role(self, house, image):
        request = submit(house, ReferenceUse(image, "img2img"))
        with pytest.raises(IntegrityError), transaction.atomic():
            RequestReference.objects.create(
                request=request, image=image, role="img2img", weight=0.5
            )


class TestRendering:
    def test_the_worker_starts_from_the_stored_picture(self, house, image):
        # given one request with a picture and one without
        submit(house, ReferenceUse(image, "img2img", 0.8), candidates=2)
        submit(house, candidates=1)
        generator = PlainGenerator()
        # when
        while render_once(family="avatar-mini", generator=generator):
            pass
        # then
        path = store().path_of(house["bot"].brand.public_id, image.file_sha256)
        start = StartImage(image.file_sha256, path)
        started, plain = sorted(generator.batches, key=lambda batch: batch.strength)
        assert [each.start for each in started.images] == [start, start]
        assert started.steps_walked == 7
        assert ([each.start for each in plain.images], plain.strength) == ([None], 1.0)

    def test_requests_with_pictures_of_their_own_share_a_batch(self, house):
        images = ReferenceImageFactory.create_batch(2, brand=house["bot"].brand)
        for image in images:
            submit(house, ReferenceUse(image, "img2img"), candidates=1)
        generator = PlainGenerator()
        assert render_once(family="avatar-mini", generator=generator) == 2
        [batch] = generator.batches
        assert {each.start.sha256 for each in batch.images} == {
            image.file_sha256 for image in images
        }


def test_a_version_tells_what_it_was_drawn_from(house, image):
    request = submit(house, ReferenceUse(image, "img2img", 0.8))
    version = AvatarVersionFactory(bot=request.bot, candidate=request.candidates.first())
    record = provenance(version)
    assert record["request"]["reference_images"] == [
        {
            "id": str(image.pk),
            "role": "img2img",
            "weight": 0.8,
            "file_sha256": image.file_sha256,
        }
    ]
    assert record["recipe"]["strength"] == request.strength
