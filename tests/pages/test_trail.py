"""From a pixel to its decision and back: each page links to the rooms beside it."""

import re
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from avatars.models import GenerationRequest, Rendition
from avatars.states import CandidateStatus
from moderation.models import Decision, ReviewCase
from styles.adapters.states import AdapterSource
from styles.adapters.training_states import TrainingStatus
from tests import factories
from tests.pages.world import World, published
from tests.pictures import library_picture


def _links(client: Client, name: str, pk: object) -> set[str]:
    answer = client.get(reverse(f"pages:{name}", args=[pk]))
    assert answer.status_code == 200
    page = answer.content.decode()
    return set(re.findall(r'href="([^"]+)"', page[page.index("<main") :]))


def _approved(world: World) -> tuple[GenerationRequest, ReviewCase]:
    """A published version of an adapter's pixels, with its lineage as the services keep it."""
    version = published(world.bot, world.revision, world.manager, "superseded")
    request = version.candidate.request
    request.adapters = [
        {
            "adapter": str(world.adapter),
            "revision": str(world.adapter.pk),
            "sha256": "ab" * 32,
            "weight": 0.75,
            "trigger_words": "nimbus toy",
        }
    ]
    request.save(update_fields=["adapters"])
    return request, Decision.objects.get(pk=version.decision_id).case


def _adapter_page(world: World) -> str:
    address = reverse("pages:adapter-detail", args=[world.adapter.adapter_id])
    return f"{address}#revision-{world.adapter.number}"


def _style_page(world: World) -> str:
    address = reverse("pages:style-detail", args=[world.style.pk])
    return f"{address}#revision-{world.revision.number}"


def test_a_version_leads_to_all_that_it_comes_from(world: World, client: Client) -> None:
    request, _case = _approved(world)
    version = request.candidates.get().versions.get()
    client.force_login(world.viewer)
    assert {
        reverse("pages:request-detail", args=[request.pk]),
        _style_page(world),
        _adapter_page(world),
    } <= _links(client, "version-detail", version.pk)


def test_a_decision_leads_reviewers_to_its_case_and_nobody_else(
    world: World, client: Client
) -> None:
    # Given what a reviewer has approved on the page,
    client.force_login(world.reviewer)
    chosen = world.candidates[0]
    client.post(
        reverse("pages:review-approve", args=[world.case.pk]),
        {"picture": f"{chosen.pk}:{chosen.pixel_sha256}"},
    )
    version = chosen.versions.get()
    case_page = reverse("pages:review-case", args=[world.case.pk])
    version_page = reverse("pages:version-detail", args=[version.pk])
    # then version, case and request lead to each other,
    assert case_page in _links(client, "version-detail", version.pk)
    assert version_page in _links(client, "review-case", world.case.pk)
    assert {case_page, version_page, _style_page(world)} <= _links(
        client, "request-detail", world.request.pk
    )
    # but no viewer to a case that would be refused.
    client.force_login(world.viewer)
    assert case_page not in _links(client, "version-detail", version.pk)
    assert case_page not in _links(client, "request-detail", world.request.pk)


def test_a_request_and_its_case_name_what_is_worn(world: World, client: Client) -> None:
    request, case = _approved(world)
    client.force_login(world.reviewer)
    assert _adapter_page(world) in _links(client, "request-detail", request.pk)
    assert _adapter_page(world) in _links(client, "review-case", case.pk)
    page = client.get(reverse("pages:request-detail", args=[request.pk])).content.decode()
    assert f"{world.adapter}</a> × 0.75" in page


def test_an_adapter_that_is_gone_is_named_and_not_linked(world: World, client: Client) -> None:
    request, _case = _approved(world)
    request.adapters[0]["revision"] = "01890a5d-ac96-774b-bcce-b302099a8057"
    request.save(update_fields=["adapters"])
    client.force_login(world.viewer)
    assert _adapter_page(world) not in _links(client, "request-detail", request.pk)
    page = client.get(reverse("pages:request-detail", args=[request.pk])).content.decode()
    assert f"<p>{world.adapter} × 0.75" in page


def test_an_adapter_leads_to_its_training_and_its_styles(world: World, client: Client) -> None:
    trained = factories.AdapterRevisionFactory(
        adapter=world.adapter.adapter, source=AdapterSource.TRAINING
    )
    training = factories.AdapterTrainingFactory(
        brand=world.brand, status=TrainingStatus.COMPLETED, result=trained
    )
    client.force_login(world.viewer)
    page = _links(client, "adapter-detail", trained.adapter_id)
    assert reverse("pages:training-detail", args=[training.pk]) in page
    style = reverse("pages:style-detail", args=[world.pinning_draft.style_id])
    assert f"{style}#revision-{world.pinning_draft.number}" in page
    result = reverse("pages:adapter-detail", args=[trained.adapter_id])
    assert f"{result}#revision-{trained.number}" in _links(client, "training-detail", training.pk)


def test_a_training_leads_to_its_pictures_and_misses_none(world: World, client: Client) -> None:
    # Given a training on two pictures, of which one has left the library since,
    gone = library_picture(world.brand)
    training = factories.AdapterTrainingFactory(
        brand=world.brand,
        pictures=[
            {"reference": str(each.pk), "sha256": each.file_sha256, "caption": "robot"}
            for each in (world.reference, gone)
        ],
    )
    missed = reverse("pages:reference-picture", args=[gone.pk])
    gone.delete()
    client.force_login(world.viewer)
    # then its page leads to the one and says so of the other.
    links = _links(client, "training-detail", training.pk)
    assert reverse("pages:reference-detail", args=[world.reference.pk]) in links
    page = client.get(reverse("pages:training-detail", args=[training.pk])).content.decode()
    assert page.count("No longer in the library") == 1
    assert missed not in page


def test_what_a_policy_approved_names_the_policy(world: World, client: Client) -> None:
    # Given a bot that wears what no person has approved, and a case about its next face,
    bot = factories.BotFactory(brand=world.brand)
    factories.AvatarVersionFactory(
        bot=bot, decision={"action": "approve", "reviewer": None, "policy": {"number": 4}}
    )
    case = factories.ReviewCaseFactory(
        request=factories.GenerationRequestFactory(bot=bot, style_revision=world.revision)
    )
    client.force_login(world.reviewer)
    page = client.get(reverse("pages:review-case", args=[case.pk])).content.decode()
    assert "Approved by policy version 4." in page
    assert "Approved by ." not in page


def test_requests_are_narrowed_to_a_bot_or_a_style(world: World, client: Client) -> None:
    other = factories.GenerationRequestFactory(
        bot=factories.BotFactory(brand=world.brand),
        style_revision=factories.StyleRevisionFactory(brand=world.brand),
        requested_by=world.manager,
        prompt="a fox",
    )
    client.force_login(world.viewer)
    address = reverse("pages:request-list")

    def shown(**query: object) -> tuple[bool, bool]:
        page = client.get(address, query).content.decode()
        return "a fox" in page, "a robot like Blue Mouse" in page

    assert shown() == (True, True)
    assert shown(bot=other.bot_id) == (True, False)
    assert shown(bot=world.bot.pk) == (False, True)
    assert shown(style=other.style_revision.style_id) == (True, False)
    assert shown(style=world.style.pk, show="open") == (False, True)
    # Both pages lead there, and a key that is none or a stranger's is not found.
    assert f"{address}?bot={world.bot.pk}" in _links(client, "bot-detail", world.bot.pk)
    assert f"{address}?style={world.style.pk}" in _links(client, "style-detail", world.style.pk)
    assert client.get(address, {"bot": "x"}).status_code == 404
    client.force_login(world.stranger)
    assert client.get(address, {"bot": world.bot.pk}).status_code == 404
    assert client.get(address, {"style": world.style.pk}).status_code == 404


def test_bots_are_found_by_name_and_external_id(world: World, client: Client) -> None:
    factories.BotFactory(brand=world.brand, name="客服小蓝", external_id="support-7")
    factories.BotFactory(brand=world.brand, name="Sales 100%", external_id="sales-1")
    client.force_login(world.viewer)
    address = reverse("pages:bot-list")

    def shown(words: str) -> list[str]:
        page = client.get(address, {"q": words}).content.decode()
        return re.findall(r"<strong>(客服小蓝|Sales 100%)</strong>", page)

    assert shown("小蓝") == ["客服小蓝"]
    assert shown("SUPPORT-7") == ["客服小蓝"]
    assert shown("100%") == ["Sales 100%"]
    assert shown(" ") == ["Sales 100%", "客服小蓝"]
    assert shown("%") == ["Sales 100%"]
    page = client.get(address, {"q": "nobody"}).content.decode()
    assert "No bot of your brands has “nobody” in its name or id." in page
    client.force_login(world.stranger)
    assert shown("小蓝") == []


def test_what_no_picture_is_left_of_is_not_approved(world: World, client: Client) -> None:
    client.force_login(world.reviewer)
    address = reverse("pages:review-case", args=[world.case.pk])
    assert 'id="approve"' in client.get(address).content.decode()
    world.request.candidates.update(status=CandidateStatus.QUARANTINED)
    page = client.get(address).content.decode()
    assert 'id="approve"' not in page
    assert "No picture is left to approve. Send it back or reject it." in page


def test_a_time_is_told_exactly_and_by_its_age(world: World, client: Client) -> None:
    at = timezone.now() - timedelta(days=3, minutes=1)
    GenerationRequest.objects.filter(pk=world.request.pk).update(created_at=at)
    client.force_login(world.viewer)
    page = client.get(reverse("pages:request-detail", args=[world.request.pk])).content.decode()
    shown = f"{at.day} {at:%b %Y, %H:%M} UTC"
    exact = f'<time datetime="{at.isoformat()}" data-local="text">{shown}</time>'
    age = f'<time datetime="{at.isoformat()}" data-local="title">3\N{NO-BREAK SPACE}days ago</time>'
    assert f'{exact} <span class="sep"></span> {age}' in page


def test_a_version_says_whose_credentials_its_files_carry(
    world: World, client: Client, settings: Settings
) -> None:
    version = published(world.bot, world.revision, world.manager, "superseded")
    client.force_login(world.viewer)

    def told(language: str) -> list[str]:
        address = reverse("pages:version-detail", args=[version.pk])
        page = client.get(address, headers={"accept-language": language}).content.decode()
        facts = re.search(r"<dt>(?:Content credentials|内容凭证)</dt>(.*?)</dl>", page, re.DOTALL)
        assert facts is not None
        return re.findall(r"<dd>(.*?)</dd>", facts[1])

    assert told("en") == ["Not signed: no certificate is configured"]
    assert told("zh-hans") == ["未签名：未配置证书"]
    settings.C2PA_KEY = "a key"
    assert told("en") == ["Signed when a file is first fetched"]
    assert told("zh-hans") == ["文件首次被获取时签名"]
    for size, name in ((128, "Acme <avatars>"), (192, "Acme <avatars>"), (256, "Beta")):
        Rendition.objects.create(
            brand=version.brand,
            pixel_sha256=version.pixel_sha256,
            spec=f"{size}-png-square-signed",
            signed_by=name,
            file_sha256="a" * 64,
            content_type="image/png",
            width=size,
            file_size=1,
        )
    assert told("en") == [
        "Signed by Acme &lt;avatars&gt; in 2 files",
        "Signed by Beta in 1 file",
    ]
    assert told("zh-hans") == [
        "2 个文件由 Acme &lt;avatars&gt; 签名",
        "1 个文件由 Beta 签名",
    ]
