"""Captions that the classifier suggests: asked for, read on a worker, taken by a person."""

import random

import pytest

from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM
from brandhub.common.storage import store
from brandhub.inference.errors import ModelMissing
from brandhub.inference.tag_reading import ReadTag, read_tags
from brandhub.settings.env import BASE_DIR
from styles.models import ReferenceImage
from styles.references import suggesting
from styles.references.suggesting import (
    SUGGEST_TASK,
    ask_for_suggestions,
    drain,
    suggested_tags,
    sweep_lost_suggestion_hints,
    take_suggestions,
)
from tests.factories import BaseModelFactory, BrandFactory
from tests.pictures import drawing, file_of, library_picture
from tests.styles.references.test_library import collect

pytestmark = pytest.mark.django_db

ROBOT = [ReadTag("subject", "robot", 0.97), ReadTag("eyewear", "glasses", 0.8)]


@pytest.fixture
def hints(monkeypatch):
    sent = []
    monkeypatch.setattr(
        "brandhub.jobs.hints.current_app.send_task",
        lambda name, **options: sent.append((name, options["queue"])),
    )
    return sent


def reading(pictures):
    return [ROBOT for _ in pictures]


def told(brand) -> list[tuple]:
    rows = ReferenceImage.objects.filter(brand=brand).order_by("pk")
    return list(rows.values_list("tags", "suggested_tags", "suggestion_status"))


class TestAsking:
    def test_a_picture_without_a_caption_asks_as_it_comes(
        self, hints, django_capture_on_commit_callbacks
    ):
        BaseModelFactory(family="tiny")
        brand = BrandFactory()
        with django_capture_on_commit_callbacks(execute=True):
            collect(brand, file_of(drawing(1)))
            collect(brand, file_of(drawing(2)), tags=["subject:robot"])

        assert told(brand) == [({}, {}, "asked"), ({"subject": "robot"}, {}, "")]
        assert hints == [(SUGGEST_TASK, "render.tiny")]

    def test_only_those_without_anything_ask_again(self, hints):
        brand, other = BrandFactory(), BrandFactory()
        library_picture(brand)
        library_picture(brand, suggestion_status="unavailable")
        library_picture(brand, suggestion_status="ready", suggested_tags={"subject": "robot"})
        library_picture(brand, tags={"subject": "robot"})
        library_picture(other)

        assert ask_for_suggestions(brand=brand) == 2
        assert [row[2] for row in told(brand)] == ["asked", "asked", "ready", ""]
        assert told(other) == [({}, {}, "")]

    def test_a_lost_hint_is_sent_again_while_a_picture_asks(self, hints):
        assert sweep_lost_suggestion_hints() == 0
        library_picture(BrandFactory(), suggestion_status="asked")
        assert sweep_lost_suggestion_hints() == 1
        assert [name for name, _queue in hints] == [SUGGEST_TASK]


class TestReading:
    def test_what_is_read_is_a_suggestion_and_no_caption(self):
        brand = BrandFactory()
        for _ in range(suggesting.AT_ONCE + 1):
            library_picture(brand, suggestion_status="asked")

        assert drain(read=reading, seconds=10) == suggesting.AT_ONCE + 1

        expected = ({}, {"subject": "robot", "eyewear": "glasses"}, "ready")
        assert told(brand) == [expected] * (suggesting.AT_ONCE + 1)

    def test_without_the_classifier_the_pictures_say_so(self, settings, tmp_path):
        settings.MODELS_DIR = tmp_path
        brand = BrandFactory()
        library_picture(brand, suggestion_status="asked")

        done = drain(
            read=lambda pictures: read_tags(suggesting.judge_folder(), pictures), seconds=10
        )

        assert done == 1
        assert told(brand) == [({}, {}, "unavailable")]

    def test_a_picture_that_breaks_the_classifier_keeps_no_other_from_being_read(self):
        brand = BrandFactory()
        broken = library_picture(brand, suggestion_status="asked")
        for _ in range(2):
            library_picture(brand, suggestion_status="asked")
        poison = store().read(brand.public_id, broken.file_sha256)

        def read(pictures):
            if poison in pictures:
                raise ZeroDivisionError
            return reading(pictures)

        assert drain(read=read, seconds=10) == 3

        assert [row[2] for row in told(brand)] == ["unavailable", "ready", "ready"]

    def test_a_picture_whose_file_is_gone_keeps_no_other_from_being_read(self):
        brand = BrandFactory()
        first = library_picture(brand, suggestion_status="asked")
        library_picture(brand, suggestion_status="asked")
        store().delete(brand.public_id, first.file_sha256)

        drain(read=reading, seconds=10)

        assert [row[2] for row in told(brand)] == ["unavailable", "ready"]

    def test_who_is_no_longer_asked_writes_nothing(self):
        brand = BrandFactory()
        image = library_picture(brand, suggestion_status="asked")

        def read_late(pictures):
            ReferenceImage.objects.filter(pk=image.pk).update(
                suggestion_status="ready", suggested_tags={"subject": "person"}
            )
            return reading(pictures)

        drain(read=read_late, seconds=10)

        assert told(brand) == [({}, {"subject": "person"}, "ready")]


class TestTaking:
    def test_a_person_takes_what_was_read_where_nothing_was_written(self):
        brand, other = BrandFactory(), BrandFactory()
        said = {"suggestion_status": "ready", "suggested_tags": {"subject": "robot"}}
        bare = library_picture(brand, **said)
        library_picture(brand, tags={"subject": "person"}, **said)
        library_picture(brand, suggestion_status="ready")
        library_picture(other, **said)

        assert take_suggestions(actor=SYSTEM, brand=brand) == 1

        assert [row[0] for row in told(brand)] == [{"subject": "robot"}, {"subject": "person"}, {}]
        assert [row[0] for row in told(other)] == [{}]
        event = AuditEvent.objects.get()
        assert (event.action, event.object_id) == ("reference.caption_taken", bare.pk)


class TestSuggestedTags:
    def test_what_is_not_sure_is_left_out(self):
        read = [ReadTag("subject", "robot", 0.7), ReadTag("expression", "smile", 0.59)]
        assert suggested_tags(read) == {"subject": "robot"}

    def test_the_style_is_no_part_of_a_caption(self):
        read = [ReadTag("style", "flat", 0.99), ReadTag("subject", "robot", 0.9)]
        assert suggested_tags(read) == {"subject": "robot"}

    def test_several_of_a_category_of_several_are_kept(self):
        read = [ReadTag("accessory", "bow", 0.9), ReadTag("accessory", "badge", 0.8)]
        assert suggested_tags(read) == {"accessory": ["bow", "badge"]}

    def test_what_the_subject_cannot_have_and_the_vocabulary_lost_are_left_out(self):
        read = [
            ReadTag("subject", "robot", 0.9),
            ReadTag("skin", "light", 0.9),
            ReadTag("subject", "wheelbarrow", 0.9),
        ]
        assert suggested_tags(read) == {"subject": "robot"}


def test_the_shipped_classifier_reads_a_picture_that_it_never_saw():
    """Real weights: the background of an unseen family's picture is what it was drawn with."""
    from brandhub.inference.training.corpus.unseen import draw_unseen

    drawn = [draw_unseen("thumbs", random.Random(seed), size=256) for seed in range(4)]
    from PIL import Image

    files = [file_of(Image.fromarray(pixels)) for pixels, _tags in drawn]
    read = read_tags(BASE_DIR / "weights" / "avatar-mini-judge", files)
    right = [
        next((each.value for each in tags if each.category == "background"), "")
        == known["background"]
        for tags, (_pixels, known) in zip(read, drawn, strict=True)
    ]
    assert sum(right) >= 3


def test_a_folder_without_a_classifier_is_told(tmp_path):
    with pytest.raises(ModelMissing):
        read_tags(tmp_path, [])
