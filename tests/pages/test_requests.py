"""Asking for an avatar, watching it, stopping it: through the pages, down to the rows."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from avatars.models import Attempt, Candidate, GenerationRequest
from avatars.states import CandidateStatus, RequestStatus, Verdict
from brandhub.common.ids import uuid7
from styles.models import ReferenceImage
from tests import factories
from tests.pages.world import World, candidate


def _form(world: World, **values: object) -> dict[str, object]:
    return {
        "brand": world.brand.pk,
        "bot": world.bot.pk,
        "style_revision": world.revision.pk,
        "prompt": "戴眼镜的卡通机器人，蓝色背景",
        "candidates": 3,
        "seed": 41,
        "priority": 2,
    } | values


def _texts(content: bytes) -> str:
    """The words of a page without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", content.decode()).split())


def test_a_manager_asks_and_lands_on_the_live_page(world: World, client: Client) -> None:
    client.force_login(world.manager)
    answer = client.post(reverse("pages:request-new"), _form(world, tag_expression="smile"))
    made = GenerationRequest.objects.latest("pk")
    assert answer.url == reverse("pages:request-detail", args=[made.pk])
    assert (made.requested_by, made.client, made.bot) == (world.manager, None, world.bot)
    assert (made.status, made.candidate_count, made.seed, made.priority) == ("queued", 3, 41, 2)
    assert made.tags["eyewear"] == "glasses"
    assert made.tags["expression"] == "smile"
    assert Candidate.objects.filter(request=made).count() == 3
    page = client.get(answer.url)
    assert "Your request is in the queue." in page.content.decode()
    assert reverse("request-events", args=[made.pk]) in page.content.decode()


def test_without_a_script_the_page_loads_itself_again_while_it_is_under_way(
    world: World, client: Client
) -> None:
    client.force_login(world.manager)
    refresh = '<noscript><meta http-equiv="refresh" content="5"></noscript>'
    under_way = client.get(
        reverse("pages:request-detail", args=[world.request.pk])
    ).content.decode()
    over = client.get(reverse("pages:request-detail", args=[world.failed.pk])).content.decode()
    assert refresh in under_way
    assert refresh not in over


def test_nothing_typed_is_lost_when_the_form_is_wrong(world: World, client: Client) -> None:
    client.force_login(world.manager)
    before = GenerationRequest.objects.count()
    answer = client.post(
        reverse("pages:request-new"),
        _form(world, prompt="keep these words", candidates=99, tag_subject="robot"),
    )
    text = answer.content.decode()
    assert GenerationRequest.objects.count() == before
    assert "keep these words" in text
    assert 'value="99"' in text
    assert re.search(r'<option value="robot" selected>', text)
    assert 'aria-invalid="true"' in text


def test_a_requirement_of_nothing_is_told_beside_its_field(world: World, client: Client) -> None:
    client.force_login(world.manager)
    answer = client.post(reverse("pages:request-new"), _form(world, prompt="  "))
    assert answer.context["form"].errors["prompt"] == [
        "Say what to draw: in words, with tags, or both."
    ]


def test_a_refused_requirement_shows_what_was_meant_and_keeps_it(
    world: World, client: Client
) -> None:
    # Given a brand that forbids a word,
    world.brand.forbidden_terms = ["rusty"]
    world.brand.save()
    client.force_login(world.manager)
    before = GenerationRequest.objects.count()
    # when somebody asks with it,
    answer = client.post(reverse("pages:request-new"), _form(world, prompt="a rusty robot"))
    text = answer.content.decode()
    # then nothing is written, the word is marked, and the text is still in its field.
    assert GenerationRequest.objects.count() == before
    assert "a <mark>rusty</mark> robot" in text
    assert "a rusty robot</textarea>" in text


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "These contradict each other: “Eyewear: Glasses”, “no Glasses”. Keep one of them."),
        ("zh-hans", "以下内容互相矛盾：“眼部配饰：眼镜”、“没有眼镜”。请只保留其中一个。"),
    ],
)
def test_a_contradiction_is_told_beside_the_words_that_are_kept(
    world: World, client: Client, language: str, told: str
) -> None:
    client.force_login(world.manager)
    before = GenerationRequest.objects.count()
    asked = _form(world, prompt="with glasses, no glasses")
    headers = {"accept-language": language}

    answer = client.post(reverse("pages:request-new"), asked, headers=headers)
    preview = client.post(reverse("pages:request-preview"), asked, headers=headers)

    assert answer.context["form"].errors["prompt"] == [told]
    assert "with glasses, no glasses</textarea>" in answer.content.decode()
    assert told in preview.content.decode()
    assert GenerationRequest.objects.count() == before


def test_the_preview_says_what_a_misspelt_word_was_read_as(world: World, client: Client) -> None:
    client.force_login(world.manager)

    text = _texts(
        client.post(
            reverse("pages:request-preview"), _form(world, prompt="robot with eyeglazses")
        ).content
    )

    assert "“eyeglazses” read as eyeglasses" in text


@pytest.mark.parametrize(("schedule", "shown"), [("early", True), ("constant", False)])
def test_the_preview_says_how_the_model_is_guided(
    world: World, client: Client, schedule: str, shown: bool
) -> None:
    revision = factories.StyleRevisionFactory(brand=world.brand, guidance_schedule=schedule)
    client.force_login(world.manager)

    text = _texts(
        client.post(
            reverse("pages:request-preview"),
            _form(world, prompt="robot", style_revision=revision.pk),
        ).content
    )

    assert ("Guidance schedule Early" in text) is shown


def test_no_misspelt_word_is_read_as_one_that_the_brand_forbids(
    world: World, client: Client
) -> None:
    world.brand.forbidden_terms = ["eyeglasses"]
    world.brand.save()
    client.force_login(world.manager)

    answer = client.post(
        reverse("pages:request-preview"), _form(world, prompt="robot with eyeglazses")
    )

    assert "eyewear" not in answer.context["plan"].composed.tags
    assert answer.context["plan"].composed.not_understood == ("eyeglazses",)


def test_a_doubtful_requirement_waits_for_a_person(world: World, client: Client) -> None:
    world.brand.protected_names = ["Blue Mouse"]
    world.brand.save()
    client.force_login(world.manager)
    answer = client.post(reverse("pages:request-new"), _form(world, prompt="like Blue Mouse"))
    page = client.get(answer.url)
    assert GenerationRequest.objects.latest("pk").status == RequestStatus.HELD
    assert "A person looks at your requirement" in page.content.decode()


def test_the_preview_names_what_was_understood_and_what_was_not(
    world: World, client: Client
) -> None:
    client.force_login(world.manager)
    before = GenerationRequest.objects.count()
    answer = client.post(
        reverse("pages:request-preview"),
        _form(world, prompt="robot with glasses, no hat, frobnicated"),
    )
    text = _texts(answer.content)
    assert "Subject Robot" in text
    assert "Eyewear Glasses" in text
    assert "Without Hat" in text or "Without Headwear" in text
    assert "frobnicated" in text
    assert "Not understood" in text
    assert GenerationRequest.objects.count() == before


def test_the_preview_speaks_the_pages_language(world: World, client: Client) -> None:
    client.force_login(world.manager)
    answer = client.post(
        reverse("pages:request-preview"), _form(world), headers={"accept-language": "zh-hans"}
    )
    text = _texts(answer.content)
    assert "眼镜" in text
    assert "机器人" in text
    assert "Glasses" not in text


def test_without_a_script_a_button_shows_the_plan(world: World, client: Client) -> None:
    client.force_login(world.manager)
    before = GenerationRequest.objects.count()
    answer = client.post(reverse("pages:request-new"), _form(world, preview="1"))
    assert answer.context["plan"].composed.tags["subject"] == "robot"
    assert GenerationRequest.objects.count() == before


def test_asking_again_starts_from_what_was_asked(world: World, client: Client) -> None:
    client.force_login(world.manager)
    page = client.get(reverse("pages:request-new"), {"continues": world.sent_back.pk})
    assert world.sent_back.prompt in page.content.decode()
    client.post(
        f"{reverse('pages:request-new')}?continues={world.sent_back.pk}",
        _form(world, continues=world.sent_back.pk, prompt="a calmer robot"),
    )
    assert GenerationRequest.objects.latest("pk").continues == world.sent_back


@pytest.mark.parametrize("parameter", ["brand", "bot", "continues"])
def test_a_studio_opens_for_ones_own_things_only(
    parameter: str, world: World, client: Client
) -> None:
    client.force_login(world.stranger)
    theirs = {"brand": world.brand, "bot": world.bot, "continues": world.sent_back}[parameter]
    assert client.get(reverse("pages:request-new"), {parameter: theirs.pk}).status_code == 404
    assert client.get(reverse("pages:request-new"), {parameter: "not-a-key"}).status_code == 404


def test_a_bot_or_style_of_another_brand_is_no_choice(world: World, client: Client) -> None:
    client.force_login(world.manager)
    other = factories.StyleRevisionFactory()
    answer = client.post(reverse("pages:request-new"), _form(world, style_revision=other.pk))
    assert answer.context["form"].errors["style_revision"]
    bot = factories.BotFactory()
    answer = client.post(reverse("pages:request-new"), _form(world, bot=bot.pk))
    assert answer.context["form"].errors["bot"]


def test_a_draft_or_a_retired_revision_is_no_choice(world: World, client: Client) -> None:
    client.force_login(world.manager)
    for status in ("draft", "retired"):
        revision = factories.StyleRevisionFactory(brand=world.brand, status=status)
        answer = client.post(reverse("pages:request-new"), _form(world, style_revision=revision.pk))
        assert answer.context["form"].errors["style_revision"]


def test_cancel_and_retry_say_what_they_did(world: World, client: Client) -> None:
    client.force_login(world.manager)
    page = client.post(reverse("pages:request-cancel", args=[world.request.pk]), follow=True)
    world.request.refresh_from_db()
    assert world.request.status == RequestStatus.CANCELLED
    assert "The request is cancelled." in page.content.decode()
    page = client.post(reverse("pages:request-retry", args=[world.failed.pk]), follow=True)
    world.failed.refresh_from_db()
    assert world.failed.status == RequestStatus.QUEUED
    assert "in the queue again" in page.content.decode()


def test_what_came_too_late_is_a_message_and_no_failure(world: World, client: Client) -> None:
    client.force_login(world.manager)
    page = client.post(reverse("pages:request-retry", args=[world.request.pk]), follow=True)
    assert page.status_code == 200
    assert "This is no longer possible" in page.content.decode()


def test_the_live_part_shows_each_candidate_as_far_as_it_may(world: World, client: Client) -> None:
    # Given a request with one candidate at every station,
    client.force_login(world.manager)
    request = factories.GenerationRequestFactory(
        bot=world.bot, style_revision=world.revision, status=RequestStatus.RENDERING
    )
    stations = [
        candidate(request, 0, CandidateStatus.SCREENED),
        candidate(request, 1, CandidateStatus.SCREENED, verdict=Verdict.BLOCK),
        candidate(request, 2, CandidateStatus.RENDERED),
        factories.CandidateFactory(request=request, index=3, status=CandidateStatus.RENDERING),
        factories.CandidateFactory(request=request, index=4, status=CandidateStatus.QUEUED),
    ]
    # when the page asks for the part that changes,
    answer = client.get(reverse("pages:request-live", args=[request.pk]))
    text = answer.content.decode()
    # then only the picture that was checked and not blocked is there.
    shown = [reverse("pages:candidate-picture", args=[each.pk]) in text for each in stations]
    assert shown == [True, False, False, False, False]
    for words in ("Blocked by the checks", "Drawn, being checked", "Being drawn", "Waiting"):
        assert words in text
    assert 'data-over="no"' in text
    assert answer["Cache-Control"] == "private, no-store"


def test_lists_show_what_is_worn_and_what_was_drawn(world: World, client: Client) -> None:
    client.force_login(world.reviewer)
    worn = reverse("pages:candidate-picture", args=[world.versions[1].candidate_id])
    drawn = reverse("pages:candidate-picture", args=[world.candidates[1].pk])
    blocked = reverse("pages:candidate-picture", args=[world.candidates[2].pk])
    for name in ("request-list", "review-queue", "home"):
        text = client.get(reverse(f"pages:{name}")).content.decode()
        assert f'src="{worn}"' in text, name
        assert f'src="{drawn}"' in text, name
        assert blocked not in text, name


def test_queue_position_and_estimate_are_told(world: World, client: Client) -> None:
    client.force_login(world.manager)
    for _ in range(2):
        request = factories.GenerationRequestFactory(
            bot=world.bot, style_revision=world.revision, status=RequestStatus.QUEUED
        )
        factories.CandidateFactory(request=request, index=0, status=CandidateStatus.QUEUED)
    text = client.get(reverse("pages:request-live", args=[request.pk])).content.decode()
    assert "1 request ahead" in text
    assert "No estimate yet" in text


def test_a_queue_longer_than_is_counted_says_the_least(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avatars.selectors.queue.COUNTED", 2)
    client.force_login(world.manager)
    for _ in range(4):
        request = factories.GenerationRequestFactory(
            bot=world.bot, style_revision=world.revision, status=RequestStatus.QUEUED
        )
        candidate = factories.CandidateFactory(request=request, index=0, status="queued")
    now = timezone.now()
    Attempt.objects.create(
        candidate=candidate,
        lease_token=1,
        holder="worker-1",
        batch_id=uuid7(),
        batch_size=1,
        outcome="rendered",
        started_at=now - timedelta(seconds=60),
        ended_at=now,
    )
    text = client.get(reverse("pages:request-live", args=[request.pk])).content.decode()
    assert "at least 2 requests ahead" in text
    assert "at the earliest" in text
    assert "about" not in text


def _file(colour: str = "#1c7ed6", name: str = "start.png") -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), "image/png")


def test_a_picture_to_start_from_is_sent_along(world: World, client: Client) -> None:
    client.force_login(world.manager)
    client.post(
        reverse("pages:request-new"),
        _form(world, reference_file=_file(), reference_weight="0.8"),
    )
    made = GenerationRequest.objects.latest("pk")
    start = made.references.get()
    assert (start.role, start.weight, start.image.brand) == ("img2img", 0.8, world.brand)
    picture = client.get(reverse("pages:request-reference", args=[made.pk]))
    assert picture["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(picture.content)).getpixel((0, 0)) == (0x1C, 0x7E, 0xD6)
    page = _texts(client.get(reverse("pages:request-detail", args=[made.pk])).content)
    assert "It is followed closely." in page
    assert "the last 1 of 4" in page


def test_a_picture_outlives_what_else_is_wrong_with_the_form(world: World, client: Client) -> None:
    client.force_login(world.manager)
    # Given a form with a picture and too many candidates,
    answer = client.post(
        reverse("pages:request-new"), _form(world, reference_file=_file(), candidates=99)
    )
    kept = answer.context["form"]["reference"].value()
    assert ReferenceImage.objects.filter(pk=kept, brand=world.brand).exists()
    assert "A picture is chosen" in answer.content.decode()
    # when it is sent again without the file, the picture is still there.
    client.post(reverse("pages:request-new"), _form(world, reference=kept))
    assert str(GenerationRequest.objects.latest("pk").references.get().image_id) == kept


def test_a_file_that_is_no_picture_is_named_beside_its_field(world: World, client: Client) -> None:
    client.force_login(world.manager)
    before = GenerationRequest.objects.count(), ReferenceImage.objects.count()
    answer = client.post(
        reverse("pages:request-new"),
        _form(world, reference_file=SimpleUploadedFile("start.png", b"<svg/>", "image/png")),
    )
    assert list(answer.context["form"].errors) == ["reference_file"]
    assert (GenerationRequest.objects.count(), ReferenceImage.objects.count()) == before


def test_another_brands_picture_cannot_be_chosen(world: World, client: Client) -> None:
    client.force_login(world.manager)
    other = factories.ReferenceImageFactory()
    answer = client.post(reverse("pages:request-new"), _form(world, reference=other.pk))
    assert list(answer.context["form"].errors) == ["reference"]


def test_asking_again_starts_from_the_same_picture(world: World, client: Client) -> None:
    client.force_login(world.manager)
    factories.RequestReferenceFactory(request=world.sent_back, weight=0.9)
    page = client.get(reverse("pages:request-new") + f"?continues={world.sent_back.pk}")
    form = page.context["form"]
    assert form["reference"].value() == world.sent_back.references.get().image_id
    assert form["reference_weight"].value() == "0.8"
