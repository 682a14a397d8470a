"""Pages and the web admin speak of what is live; of the sandbox only where somebody asks."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from avatars.models import AvatarVersion, Bot
from brandhub.accounts.models import ApiKey, Role, User
from brandhub.audit.models import AuditEvent
from tests import factories
from tests.pages.world import World

NAME = "Trial bot of the sandbox"


@pytest.fixture
def trial(world: World) -> Bot:
    """A bot of the platform's sandbox that wears a picture, and a reference sent for a test."""
    bot = factories.BotFactory(brand=world.brand, client=world.client, name=NAME, sandbox=True)
    version = factories.AvatarVersionFactory(bot=bot)
    factories.FindingFactory(candidate=version.candidate, category="of-the-sandbox")
    factories.ReferenceImageFactory(
        brand=world.brand,
        client=world.client,
        sandbox=True,
        rights_holder="Rights of the sandbox",
    )
    return bot


@pytest.fixture
def manager(world: World, client: Client) -> Client:
    """A browser of the brand's manager, who is staff."""
    User.objects.filter(pk=world.manager.pk).update(is_staff=True)
    client.force_login(User.objects.get(pk=world.manager.pk))
    return client


def test_no_page_of_the_brand_tells_of_it(world: World, manager: Client, trial: Bot) -> None:
    request = trial.requests.get()

    for name in ("pages:home", "pages:bot-list", "pages:request-list", "pages:request-new"):
        assert NAME not in manager.get(reverse(name)).content.decode(), name
    for name, row in (
        ("pages:bot-detail", trial),
        ("pages:request-detail", request),
        ("pages:version-detail", trial.versions.get()),
    ):
        assert manager.get(reverse(name, args=[row.pk])).status_code == 404, name
    figures = manager.get(reverse("pages:home")).context["figures"]
    assert figures["bots"] == Bot.objects.live().count() == Bot.objects.count() - 1


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ("avatars_bot", NAME),
        ("avatars_generationrequest", NAME),
        ("avatars_avatarversion", NAME),
        ("moderation_finding", "of-the-sandbox"),
        ("styles_referenceimage", "Rights of the sandbox"),
    ],
)
def test_the_admins_lists_show_it_when_asked(
    world: World, manager: Client, trial: Bot, model: str, told: str
) -> None:
    address = reverse(f"admin:{model}_changelist")

    assert told not in manager.get(address).content.decode()
    only = manager.get(address, {"sandbox": "only"}).content.decode()
    assert told in only
    assert told in manager.get(address, {"sandbox": "all"}).content.decode()
    assert reverse("pages:bot-detail", args=[trial.pk]) not in only


@pytest.mark.parametrize(
    "model",
    [
        "avatars_bot",
        "avatars_generationrequest",
        "avatars_avatarversion",
        "moderation_finding",
        "styles_referenceimage",
        "webhooks_delivery",
    ],
)
def test_a_list_of_both_sides_tells_which_a_row_is_of(
    world: World, manager: Client, trial: Bot, model: str
) -> None:
    for sandbox in (False, True):
        event = factories.OutboxEventFactory(brand=world.brand, sandbox=sandbox)
        factories.DeliveryFactory(event=event, endpoint__client=world.client)

    def sides(shown: str) -> set[str]:
        page = manager.get(reverse(f"admin:{model}_changelist"), {"sandbox": shown})
        cells = re.findall(r"field-side.*?</t[dh]>", page.content.decode(), re.DOTALL)
        return {word for cell in cells for word in ("Live", "In a sandbox") if word in cell}

    assert sides("all") == {"Live", "In a sandbox"}
    assert sides("only") == set()


def take_down(browser: Client, version: AvatarVersion) -> AvatarVersion:
    """Post the action of the list that shows every version; the version afterwards."""
    browser.post(
        reverse("admin:avatars_avatarversion_changelist") + "?sandbox=all",
        {"action": "take_down", "_selected_action": [version.pk]},
    )
    version.refresh_from_db()
    return version


def test_its_manager_takes_a_picture_down(world: World, manager: Client, trial: Bot) -> None:
    version = take_down(manager, trial.versions.get())

    assert (version.status, version.take_down_reason) == (
        "taken_down",
        "Taken down in the web admin.",
    )
    event = AuditEvent.objects.get(action="version.taken_down")
    assert (event.actor_id, event.object_id) == (world.manager.pk, version.pk)


def test_nobody_else_takes_it_down(world: World, client: Client, trial: Bot) -> None:
    # Given a reviewer, one who manages another brand besides, and a stranger,
    both = factories.MembershipFactory(brand=world.brand, role=Role.REVIEWER).user
    factories.MembershipFactory(user=both, role=Role.MANAGER)
    people = [world.reviewer, both, world.stranger]
    User.objects.filter(pk__in=[each.pk for each in people]).update(is_staff=True)
    # when they post the action, then nothing happens.
    for person in people:
        client.force_login(User.objects.get(pk=person.pk))
        assert take_down(client, trial.versions.get()).status == "current"


def test_a_live_avatar_is_not_taken_down_without_a_reason(world: World, manager: Client) -> None:
    version = factories.AvatarVersionFactory(bot=factories.BotFactory(brand=world.brand))

    assert take_down(manager, version).status == "current"


def test_a_test_key_is_issued_and_marked(world: World, manager: Client) -> None:
    issue = reverse("admin:accounts_apiclient_issue_key", args=[world.client.pk])

    refused = manager.post(issue, {"name": "T", "mode": "test", "scopes": ["adapters:write"]})
    answer = manager.post(issue, {"name": "Trial", "mode": "test", "scopes": ["bots:write"]})

    assert "bh_test_" not in refused.content.decode()
    assert re.search(r'id="issued-key">bh_test_[^<]+<', answer.content.decode())
    key = ApiKey.objects.get(client=world.client, mode="test")
    for address in (
        reverse("admin:accounts_apikey_changelist"),
        reverse("admin:accounts_apiclient_change", args=[world.client.pk]),
    ):
        text = manager.get(address).content.decode()
        assert f"bh_test_{key.prefix}_…" in text
        assert re.search(r"\bTest\b", text)


def test_an_endpoint_of_the_sandbox_is_made_and_says_so(world: World, manager: Client) -> None:
    manager.post(
        reverse("admin:webhooks_webhookendpoint_add"),
        {"client": world.client.pk, "url": "https://hooks.example/trial", "sandbox": "on"},
    )

    assert world.client.webhook_endpoints.get(url="https://hooks.example/trial").sandbox is True
