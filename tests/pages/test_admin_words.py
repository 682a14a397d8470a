"""The web admin speaks the reader's language, in what is ours and in what is Unfold's."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import unfold
from babel.messages.extract import extract
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.utils.translation.template import templatize

from avatars.models import Bot, GenerationRequest
from brandhub.accounts.models import ApiKey, User
from brandhub.accounts.tenant_admin import TenantAdmin
from tests import factories
from tests.pages.world import World

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: The same in both languages.
_NAMES = {"ID", "SHA-256", "alpha"}
#: Of forms and of a search that are on none of our pages.
_NEVER_SHOWN = ("Raw passwords are not stored", "\n                Found %(counter)s result")


@pytest.fixture
def manager(world: World, client: Client) -> Client:
    """A browser of the brand's manager, who is staff and reads Chinese."""
    User.objects.filter(pk=world.manager.pk).update(is_staff=True)
    client.force_login(User.objects.get(pk=world.manager.pk))
    client.cookies["django_language"] = "zh-hans"
    return client


def _fields() -> Iterator[models.Field]:
    for model, held in admin.site._registry.items():
        if isinstance(held, TenantAdmin):
            for shown in (model, *(inline.model for inline in held.inlines)):
                yield from shown._meta.fields


def test_every_field_has_a_chinese_name() -> None:
    with translation.override("zh-hans"):
        english = {
            f"{field.model.__name__}.{field.name}"
            for field in _fields()
            if str(field.verbose_name) not in _NAMES
            and not _CHINESE.search(str(field.verbose_name))
        }

    assert english == set()


def _texts_of_unfold() -> Iterator[str | tuple[str, ...]]:
    root = Path(unfold.__file__).parent
    for path in root.rglob("*"):
        if "contrib" in path.relative_to(root).parts:
            continue
        if path.suffix == ".py":
            source, method = path.read_bytes(), "python"
        elif path.suffix == ".html":
            source, method = templatize(path.read_text(), origin=path.name).encode(), "javascript"
        else:
            continue
        keywords = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2)}
        for _line, message, _comments, _context in extract(
            method, io.BytesIO(source), keywords=keywords, options={"encoding": "utf-8"}
        ):
            yield message


def test_everything_that_unfold_says_is_chinese() -> None:
    texts = {
        text
        for text in _texts_of_unfold()
        if not (text if isinstance(text, str) else text[0]).startswith(_NEVER_SHOWN)
    }
    with translation.override("zh-hans"):
        english = {
            text
            for text in texts
            if not _CHINESE.search(gettext(text) if isinstance(text, str) else ngettext(*text, 2))
        }

    assert "Select all rows" in texts
    assert english == set()


def test_a_status_without_a_colour_is_told_in_words(world: World, manager: Client) -> None:
    page = manager.get(reverse("admin:avatars_avatarversion_changelist")).content.decode()

    cells = re.findall(r"field-shown_status.*?<span[^>]*>([^<]*)</span>", page, re.DOTALL)
    assert {cell.strip() for cell in cells} == {"当前", "已被替换"}


def test_the_page_of_a_client_tells_the_kinds_of_its_keys(world: World, manager: Client) -> None:
    factories.ApiKeyFactory(client=world.client, mode=ApiKey.Mode.TEST)

    page = manager.get(reverse("admin:accounts_apiclient_change", args=[world.client.pk]))

    cells = re.findall(r"field-shown_mode.*?</td>", page.content.decode(), re.DOTALL)
    told = [re.sub(r"<[^>]+>", " ", cell).split()[-1] for cell in cells]
    assert told == ["测试"]


def test_a_key_is_issued_on_a_page_that_names_its_client(world: World, manager: Client) -> None:
    page = manager.get(reverse("admin:accounts_apiclient_issue_key", args=[world.client.pk]))

    heading = re.search(r"<h1[^>]*>([^<]*)</h1>", page.content.decode())
    assert heading is not None
    assert heading[1] == "签发密钥"
    assert world.client.name in page.content.decode()


def test_an_outcome_that_did_not_happen_is_a_zero(world: World, manager: Client) -> None:
    outcomes = manager.get(reverse("admin:index")).context["outcomes"]

    assert [each["shown"] for each in outcomes] == ["0", "0", "0"]


def test_every_page_says_in_which_zone_its_times_are(world: World, manager: Client) -> None:
    assert "时间为 UTC" in manager.get(reverse("admin:avatars_bot_changelist")).content.decode()


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "30 Nov 2026, 19:40"), ("zh-hans", "2026年11月30日 19:40")]
)
def test_a_date_reads_alike_to_readers_of_one_language_everywhere(
    world: World, manager: Client, language: str, shown: str
) -> None:
    at = datetime(2026, 11, 30, 19, 40, tzinfo=UTC)
    Bot.objects.filter(pk=world.bot.pk).update(created_at=at)
    GenerationRequest.objects.filter(pk=world.request.pk).update(created_at=at)
    manager.cookies["django_language"] = language

    listed = manager.get(reverse("admin:avatars_bot_changelist")).content.decode()
    told = manager.get(reverse("pages:request-detail", args=[world.request.pk])).content.decode()

    assert shown in listed
    assert f">{shown} UTC</time>" in told


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "The checks could not look at any of the pictures."),
        ("zh-hans", "检查未能查看任何一张图片。"),
    ],
)
@pytest.mark.parametrize("page", ["changelist", "change"])
def test_the_reason_of_a_request_is_told_in_words(
    world: World, manager: Client, page: str, language: str, shown: str
) -> None:
    GenerationRequest.objects.filter(pk=world.failed.pk).update(reason="screening_failed")
    manager.cookies["django_language"] = language
    args = [world.failed.pk] if page == "change" else []

    told = manager.get(reverse(f"admin:avatars_generationrequest_{page}", args=args))

    assert shown in told.content.decode()
    assert "screening_failed" not in told.content.decode()


def test_the_reasons_of_a_decision_are_told_in_words(world: World, manager: Client) -> None:
    factories.DecisionFactory(
        case=world.case, action="reject", reason_codes=["off_brand", "low_quality"]
    )

    told = manager.get(reverse("admin:moderation_reviewcase_change", args=[world.case.pk]))

    assert "不符合品牌 · 画质差" in told.content.decode()


def test_a_person_is_made_on_a_form_whose_inputs_can_be_seen(db: None, client: Client) -> None:
    client.force_login(factories.UserFactory(is_staff=True, is_superuser=True))

    form = client.get(reverse("admin:accounts_user_add")).context["adminform"].form

    assert "border" in form.fields["password1"].widget.attrs["class"]
