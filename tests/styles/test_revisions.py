"""Styles and their revisions: numbered under lock, frozen when published, found by name."""

from __future__ import annotations

import pytest
from django.db import OperationalError, ProgrammingError, connection, transaction
from psycopg.errors import LockNotAvailable

from brandhub.accounts.models import Brand
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import Conflict, InvalidInput, InvalidTransition, NotFound
from styles.models import StyleRevision
from styles.selectors import published_styles_of, revision_for
from styles.services import (
    change_revision,
    copy_revision,
    create_revision,
    create_style,
    publish_revision,
    retire_revision,
    revisions,
)
from tests.factories import (
    BaseModelFactory,
    BrandFactory,
    PaletteColourFactory,
    StyleFactory,
    StyleRevisionFactory,
)
from tests.races import elsewhere, together

pytestmark = pytest.mark.django_db


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def all_brands():
    return Brand.objects.all()


class TestStyles:
    def test_a_style_is_created_and_recorded(self):
        brand = BrandFactory()

        style = create_style(actor=SYSTEM, brand=brand, slug="friendly", name=" Friendly ")

        assert (style.slug, style.name) == ("friendly", "Friendly")
        event = AuditEvent.objects.get()
        assert (event.action, event.object_id, event.brand_id) == (
            "style.created",
            style.pk,
            brand.pk,
        )

    def test_a_slug_is_taken_once_per_brand(self):
        style = StyleFactory()

        with pytest.raises(Conflict) as conflict:
            create_style(actor=SYSTEM, brand=style.brand, slug=style.slug, name="Again")

        assert conflict.value.error_code == "style_slug_taken"
        assert actions() == []
        assert create_style(actor=SYSTEM, brand=BrandFactory(), slug=style.slug, name="Other")

    @pytest.mark.parametrize(
        ("values", "pointer"),
        [({"slug": "no slug"}, "/slug"), ({"slug": ""}, "/slug"), ({"name": " "}, "/name")],
    )
    def test_what_is_not_valid_is_named(self, values, pointer):
        with pytest.raises(InvalidInput) as refusal:
            create_style(actor=SYSTEM, brand=BrandFactory(), **{"slug": "s", "name": "S", **values})
        assert [error.pointer for error in refusal.value.errors] == [pointer]


class TestRevisions:
    def test_a_revision_starts_as_a_draft_with_the_base_models_settings(self):
        style = StyleFactory()
        model = BaseModelFactory(
            image_size=128,
            default_steps=20,
            default_guidance_scale=3.5,
            default_guidance_schedule="early",
        )

        revision = create_revision(
            actor=SYSTEM, style=style, base_model=model, default_tags={"accessory": ["glasses"]}
        )

        revision.refresh_from_db()
        assert (revision.number, revision.status, revision.published_at) == (1, "draft", None)
        assert (revision.steps, revision.guidance_scale, revision.image_size) == (20, 3.5, 128)
        assert revision.guidance_schedule == "early"
        assert revision.default_tags == {"eyewear": "glasses"}
        assert actions() == ["style_revision.created"]

    @pytest.mark.parametrize(
        ("values", "pointer", "code"),
        [
            ({"prompt_template": "no place"}, "/prompt_template", "invalid_template"),
            ({"prompt_template": "{caption}" + "x" * 500}, "/prompt_template", "invalid_value"),
            ({"default_tags": {"style": "cubist"}}, "/default_tags/style", "unknown_tag"),
            ({"steps": 0}, "/steps", "invalid_value"),
            ({"guidance_scale": 99.0}, "/guidance_scale", "invalid_value"),
            ({"guidance_schedule": "late"}, "/guidance_schedule", "invalid_value"),
            ({"scheduler": "magic"}, "/scheduler", "unknown_scheduler"),
            ({"image_size": 100}, "/image_size", "out_of_range"),
            ({"image_size": 128}, "/image_size", "out_of_range"),
        ],
    )
    def test_what_cannot_be_drawn_is_refused(self, values, pointer, code):
        with pytest.raises(InvalidInput) as refusal:
            create_revision(
                actor=SYSTEM, style=StyleFactory(), base_model=BaseModelFactory(), **values
            )
        assert [(e.pointer, e.code) for e in refusal.value.errors] == [(pointer, code)]
        assert not StyleRevision.objects.exists()
        assert actions() == []

    def test_a_draft_changes_and_a_published_revision_does_not(self):
        draft = StyleRevisionFactory(status="draft")
        published = StyleRevisionFactory()

        change_revision(actor=SYSTEM, revision_id=draft.pk, steps=9, prompt_template="x {caption}")
        with pytest.raises(Conflict) as conflict:
            change_revision(actor=SYSTEM, revision_id=published.pk, steps=9)

        draft.refresh_from_db()
        published.refresh_from_db()
        assert (draft.steps, draft.prompt_template) == (9, "x {caption}")
        assert (conflict.value.error_code, published.steps) == ("revision_frozen", 4)
        assert actions() == ["style_revision.changed"]

    def test_the_next_revision_starts_as_a_copy(self):
        said = {
            "prompt_template": "kind {caption}",
            "negative_prompt": "frame",
            "default_tags": {"subject": "robot"},
            "steps": 9,
            "guidance_scale": 2.5,
            "guidance_schedule": "early",
            "scheduler": "euler",
            "image_size": 64,
        }
        retired = StyleRevisionFactory(status="retired", **said)

        draft = copy_revision(actor=SYSTEM, revision_id=retired.pk)

        draft.refresh_from_db()
        assert (draft.style, draft.number, draft.status) == (retired.style, 2, "draft")
        assert draft.base_model == retired.base_model
        assert {name: getattr(draft, name) for name in said} == said
        assert actions() == ["style_revision.created"]

    def test_a_style_is_copied_into_one_draft_at_a_time(self):
        draft = StyleRevisionFactory(status="draft")

        with pytest.raises(Conflict) as conflict:
            copy_revision(actor=SYSTEM, revision_id=draft.pk)

        assert conflict.value.error_code == "draft_exists"
        assert StyleRevision.objects.count() == 1

    def test_the_database_freezes_what_is_published(self):
        published = StyleRevisionFactory()

        for change in ({"steps": 99}, {"prompt_template": "other"}, {"number": 5}):
            with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
                StyleRevision.objects.filter(pk=published.pk).update(**change)
        with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
            published.delete()
        published.refresh_from_db()
        assert published.steps == 4

    def test_publishing_checks_once_more_what_was_written_past_the_services(self):
        draft = StyleRevisionFactory(status="draft", prompt_template="forgot the place")

        with pytest.raises(InvalidInput) as refusal:
            publish_revision(actor=SYSTEM, revision_id=draft.pk)

        draft.refresh_from_db()
        assert refusal.value.error_code == "invalid_template"
        assert (draft.status, draft.published_at) == ("draft", None)

    def test_the_steps_of_a_revision(self):
        revision = StyleRevisionFactory(status="draft")

        with pytest.raises(InvalidTransition):
            retire_revision(actor=SYSTEM, revision_id=revision.pk)
        published = publish_revision(actor=SYSTEM, revision_id=revision.pk)
        assert published.status == "published"
        assert published.published_at is not None
        with pytest.raises(InvalidTransition):
            publish_revision(actor=SYSTEM, revision_id=revision.pk)
        assert retire_revision(actor=SYSTEM, revision_id=revision.pk).status == "retired"
        with pytest.raises(InvalidTransition):
            publish_revision(actor=SYSTEM, revision_id=revision.pk)
        with pytest.raises(InvalidTransition):
            retire_revision(actor=SYSTEM, revision_id=revision.pk)
        assert actions() == ["style_revision.published", "style_revision.retired"]

    def test_a_revision_that_is_not_there(self):
        for service in (change_revision, copy_revision, publish_revision, retire_revision):
            with pytest.raises(NotFound):
                service(actor=SYSTEM, revision_id=StyleFactory().pk)


@pytest.mark.django_db(transaction=True)
def test_revisions_made_at_once_are_numbered_without_gaps_or_twins():
    style, model = StyleFactory(), BaseModelFactory()

    made = together(
        *[lambda: create_revision(actor=SYSTEM, style=style, base_model=model).number] * 6
    )

    assert sorted(made) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_copies_made_at_once_leave_one_draft():
    revision = StyleRevisionFactory()

    made = together(*[lambda: copy_revision(actor=SYSTEM, revision_id=revision.pk)] * 4)

    assert sum(isinstance(each, StyleRevision) for each in made) == 1
    assert {each.error_code for each in made if isinstance(each, Conflict)} == {"draft_exists"}
    assert sorted(revision.style.revisions.values_list("number", flat=True)) == [1, 2]


class TestSelectors:
    def test_a_name_means_the_newest_published_revision(self):
        style = StyleFactory(brand=BrandFactory(slug="acme"), slug="friendly")
        StyleRevisionFactory(style=style)
        second = StyleRevisionFactory(style=style)
        StyleRevisionFactory(style=style, status="draft")

        assert revision_for(all_brands(), "acme/friendly") == second
        assert revision_for(all_brands(), "acme/friendly@1").number == 1

    @pytest.mark.parametrize(
        "name",
        [
            "acme/friendly@3",  # a draft
            "acme/friendly@9",
            "acme/other",
            "other/friendly",
            "friendly",
            "acme/friendly@",
            "acme/friendly@1;",
            "acme/friendly@-1",
            "acme/friendly@99999999999999999999",
            "",
            "acme/friendly\x00",
        ],
    )
    def test_what_is_not_there_is_not_found(self, name):
        style = StyleFactory(brand=BrandFactory(slug="acme"), slug="friendly")
        StyleRevisionFactory(style=style)
        StyleRevisionFactory(style=style)
        StyleRevisionFactory(style=style, status="draft")

        with pytest.raises(NotFound) as missing:
            revision_for(all_brands(), name)
        assert missing.value.error_code == "style_not_found"

    def test_another_brands_style_is_not_found(self):
        style = StyleFactory(brand=BrandFactory(slug="acme"), slug="friendly")
        StyleRevisionFactory(style=style)
        mine = Brand.objects.filter(pk=BrandFactory().pk)

        with pytest.raises(NotFound):
            revision_for(mine, "acme/friendly")
        assert not published_styles_of(mine).exists()

    def test_a_retired_revision_is_a_conflict_and_the_newest_of_the_rest_stands(self):
        style = StyleFactory(brand=BrandFactory(slug="acme"), slug="friendly")
        first = StyleRevisionFactory(style=style)
        StyleRevisionFactory(style=style, status="retired")

        assert revision_for(all_brands(), "acme/friendly") == first
        with pytest.raises(Conflict) as conflict:
            revision_for(all_brands(), "acme/friendly@2")
        assert conflict.value.error_code == "revision_retired"

    def test_published_styles_come_with_revisions_and_palette_in_four_queries(
        self, django_assert_num_queries
    ):
        brand = BrandFactory(slug="acme")
        for slug in ("b", "a", "c"):
            style = StyleFactory(brand=brand, slug=slug)
            for status in ("retired", "published", "published", "draft"):
                StyleRevisionFactory(style=style, status=status)
        PaletteColourFactory(brand=brand, name="Blue")
        StyleFactory(brand=brand, slug="unpublished")

        with django_assert_num_queries(4):
            shown = [
                (
                    style.slug,
                    [(r.number, r.base_model.family) for r in style.published],
                    [colour.name for colour in style.brand.palette.all()],
                )
                for style in published_styles_of(all_brands())
            ]

        revisions = [(3, "avatar-mini"), (2, "avatar-mini")]
        assert shown == [(slug, revisions, ["Blue"]) for slug in ("a", "b", "c")]


@pytest.mark.django_db(transaction=True)
def test_copies_of_two_revisions_make_one_draft(monkeypatch):
    # Given a style with two published revisions, and a copy of the first one that has just seen
    # that there is no draft,
    style = StyleRevisionFactory().style
    first, second = style.revisions.get(), StyleRevisionFactory(style=style)

    def copy_the_second() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            copy_revision(actor=SYSTEM, revision_id=second.pk)

    refused = []

    def create_after_the_other(**values):
        with pytest.raises(OperationalError) as raised:
            elsewhere(copy_the_second)
        refused.append(raised.value)
        return create_revision(**values)

    monkeypatch.setattr(revisions, "create_revision", create_after_the_other)

    # when another one copies the second in that moment,
    copy_revision(actor=SYSTEM, revision_id=first.pk)

    # then that one waits for the style, and there is one draft.
    assert isinstance(refused[0].__cause__, LockNotAvailable)
    assert style.revisions.filter(status="draft").count() == 1
