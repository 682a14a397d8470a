"""What the web admin writes goes through the services: audited, guarded, and told in the form."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from avatars.models import Bot
from brandhub.accounts.models import ApiClient, ApiKey, Brand, Membership, Role, User
from brandhub.audit.models import AuditEvent
from brandhub.webhooks.models import WebhookEndpoint
from styles.models import Style, StyleRevision
from styles.states import RevisionStatus
from tests import factories
from tests.pages.world import World


@pytest.fixture
def manager(world: World, client: Client) -> Client:
    """A browser of the brand's manager, who is staff."""
    User.objects.filter(pk=world.manager.pk).update(is_staff=True)
    client.force_login(User.objects.get(pk=world.manager.pk))
    return client


def _actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def _formset(prefix: str, *forms: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    data: dict[str, Any] = {
        f"{prefix}-TOTAL_FORMS": len(forms),
        f"{prefix}-INITIAL_FORMS": initial,
    }
    for index, form in enumerate(forms):
        data |= {f"{prefix}-{index}-{name}": value for name, value in form.items()}
    return data


def test_a_brand_with_palette_and_members(world: World, manager: Client) -> None:
    # Given a manager with a colour to change, one to add, and a colleague to let in,
    colleague = factories.UserFactory(username="grace")
    colour = world.brand.palette.get()
    reviewer = Membership.objects.get(brand=world.brand, user=world.reviewer)
    members = [
        {"id": each.pk, "brand": world.brand.pk, "role": each.role}
        for each in Membership.objects.filter(brand=world.brand).order_by("pk")
    ]
    for each in members:
        if each["id"] == reviewer.pk:
            each["DELETE"] = "on"
    common = {"brand": world.brand.pk, "role": "primary"}
    data = {
        "name": "Acme Renamed",
        "industry": "Robots",
        "forbidden_terms": "rusty\n\n rusty \nbroken",
        "protected_names": "",
        **_formset(
            "palette",
            common
            | {"id": colour.pk, "name": "Deep", "hex": "#0b3d91", "tolerance": 9, "position": 0},
            common | {"name": "Signal", "hex": "#fd7e14", "tolerance": 8, "position": 1},
            initial=1,
        ),
        **_formset(
            "memberships",
            *members,
            {"brand": world.brand.pk, "username": "grace", "role": "viewer"},
            initial=len(members),
        ),
    }
    # when they save the brand's page,
    answer = manager.post(reverse("admin:accounts_brand_change", args=[world.brand.pk]), data)
    # then it is written, each part with its event in the trail.
    assert answer.status_code == 302, answer.context["errors"]
    brand = Brand.objects.get(pk=world.brand.pk)
    assert (brand.name, brand.forbidden_terms) == ("Acme Renamed", ["rusty", "broken"])
    assert set(brand.palette.values_list("name", "hex")) == {
        ("Deep", "#0b3d91"),
        ("Signal", "#fd7e14"),
    }
    assert Membership.objects.get(brand=brand, user=colleague).role == Role.VIEWER
    assert not Membership.objects.filter(pk=reviewer.pk).exists()
    assert sorted(_actions()) == [
        "brand.changed",
        "member.added",
        "member.removed",
        "palette.colour_set",
        "palette.colour_set",
    ]


def test_a_manager_does_not_set_the_brands_share_of_the_queue(
    world: World, manager: Client
) -> None:
    page = manager.get(reverse("admin:accounts_brand_change", args=[world.brand.pk]))
    assert 'name="queue_weight"' not in page.content.decode()
    assert 'name="slug"' not in page.content.decode()


def test_a_style_and_its_revision_from_draft_to_retired(world: World, manager: Client) -> None:
    manager.post(
        reverse("admin:styles_style_add"),
        {"brand": world.brand.pk, "slug": "calm", "name": "Calm", "description": ""},
    )
    style = Style.objects.get(slug="calm")
    recipe = {
        "style": style.pk,
        "base_model": world.revision.base_model.pk,
        "default_tags": '{"style": "flat"}',
        "prompt_template": "{caption}, calm",
        "negative_prompt": "",
        "steps": 4,
        "guidance_scale": 4,
        "guidance_schedule": "early",
        "scheduler": "ddim",
        "tier": "standard",
        "image_size": 64,
    }
    manager.post(reverse("admin:styles_stylerevision_add"), recipe)
    draft = StyleRevision.objects.get(style=style)
    assert draft.status == RevisionStatus.DRAFT
    change = reverse("admin:styles_stylerevision_change", args=[draft.pk])
    manager.post(change, recipe | {"steps": 6, "styles_stylerevision_publish": "1"})
    draft.refresh_from_db()
    assert (draft.status, draft.steps) == (RevisionStatus.PUBLISHED, 6)
    # A published revision offers nothing to edit, whatever is posted.
    page = manager.get(change).content.decode()
    assert 'name="steps"' not in page
    manager.post(change, recipe | {"steps": 99})
    draft.refresh_from_db()
    assert draft.steps == 6
    manager.post(change, {"styles_stylerevision_retire": "1"})
    draft.refresh_from_db()
    assert draft.status == RevisionStatus.RETIRED
    assert [action for action in _actions() if action.startswith("style")] == [
        "style.created",
        "style_revision.created",
        "style_revision.changed",
        "style_revision.published",
        "style_revision.retired",
    ]


def test_what_a_service_refuses_comes_back_in_the_same_form(world: World, manager: Client) -> None:
    taken = manager.post(
        reverse("admin:styles_style_add"),
        {
            "brand": world.brand.pk,
            "slug": world.style.slug,
            "name": "Twice",
            "description": "keep me",
        },
    )
    text = taken.content.decode()
    assert taken.status_code == 200
    assert "already exists" in text
    assert "keep me" in text
    revision = factories.StyleRevisionFactory(brand=world.brand, status="draft")
    wrong = manager.post(
        reverse("admin:styles_stylerevision_change", args=[revision.pk]),
        {
            "base_model": revision.base_model.pk,
            "default_tags": '{"style": "no such style"}',
            "prompt_template": "without the caption",
            "steps": 4,
            "guidance_scale": 4,
            "guidance_schedule": "early",
            "scheduler": "ddim",
            "tier": "standard",
            "image_size": 64,
        },
    )
    assert wrong.status_code == 200
    assert "without the caption" in wrong.content.decode()
    revision.refresh_from_db()
    assert revision.prompt_template == "{caption}"
    assert "style_revision.changed" not in _actions()


def test_a_clients_key_is_shown_once_and_its_digest_never(world: World, manager: Client) -> None:
    manager.post(
        reverse("admin:accounts_apiclient_add"),
        {
            "name": "Voice cloud",
            "brands": [world.brand.pk],
            "max_priority": 2,
            "requests_per_minute": 30,
            "is_active": "on",
        },
    )
    client = ApiClient.objects.get(name="Voice cloud")
    assert (client.owner, client.requests_per_minute) == (world.manager, 30)
    issue = reverse("admin:accounts_apiclient_issue_key", args=[client.pk])
    answer = manager.post(
        issue, {"name": "First", "mode": "live", "scopes": ["bots:write", "avatars:read"]}
    )
    found = re.search(r'id="issued-key">(bh_live_[^<]+)<', answer.content.decode())
    assert found
    assert "no-store" in answer["Cache-Control"]
    key = ApiKey.objects.get(client=client)
    assert set(key.scopes) == {"bots:write", "avatars:read"}
    for address in (
        issue,
        reverse("admin:accounts_apiclient_change", args=[client.pk]),
        reverse("admin:accounts_apikey_changelist"),
        reverse("admin:accounts_apikey_change", args=[key.pk]),
    ):
        text = manager.get(address).content.decode()
        assert found[1] not in text
        assert key.sha256 not in text
    answer = manager.post(
        reverse("admin:accounts_apikey_changelist"),
        {"action": "revoke", "_selected_action": [key.pk]},
        follow=True,
    )
    assert "1 key is revoked." in answer.content.decode()
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert [action for action in _actions() if action.startswith("key")] == [
        "key.issued",
        "key.revoked",
    ]


def test_a_webhooks_secret_is_shown_once(world: World, manager: Client) -> None:
    answer = manager.post(
        reverse("admin:webhooks_webhookendpoint_add"),
        {
            "client": world.client.pk,
            "url": "https://hooks.example/brandhub",
            "event_types": ["request.completed"],
        },
    )
    first = re.search(r'id="issued-secret">(whsec_[^<]+)<', answer.content.decode())
    assert first
    assert "no-store" in answer["Cache-Control"]
    endpoint = WebhookEndpoint.objects.get(client=world.client)
    assert endpoint.event_types == ["request.completed"]
    change = reverse("admin:webhooks_webhookendpoint_change", args=[endpoint.pk])
    rotate = reverse("admin:webhooks_webhookendpoint_rotate_secret", args=[endpoint.pk])
    for address in (change, rotate):
        assert "whsec_" not in manager.get(address).content.decode()
    rotated = manager.post(rotate)
    second = re.search(r'id="issued-secret">(whsec_[^<]+)<', rotated.content.decode())
    assert second
    assert second[1] != first[1]
    manager.post(change, {"url": endpoint.url, "event_types": []})
    endpoint.refresh_from_db()
    assert (endpoint.is_enabled, endpoint.event_types) == (False, [])
    assert [action for action in _actions() if action.startswith("webhook")] == [
        "webhook_endpoint.created",
        "webhook_endpoint.secret_rotated",
        "webhook_endpoint.changed",
    ]


def test_an_address_that_may_not_be_called_is_told_in_the_form(
    world: World, manager: Client
) -> None:
    answer = manager.post(
        reverse("admin:webhooks_webhookendpoint_add"),
        {"client": world.client.pk, "url": "https://127.0.0.1/hook"},
    )
    assert answer.status_code == 200
    assert "Webhooks cannot be sent to this address." in answer.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_adding_a_bot_whose_id_is_taken_says_so_and_renames_nobody(
    world: World, manager: Client
) -> None:
    values = {"brand": world.brand.pk, "external_id": "night-1", "name": "Night"}
    manager.post(reverse("admin:avatars_bot_add"), values)
    answer = manager.post(reverse("admin:avatars_bot_add"), values | {"name": "Usurper"})
    assert answer.status_code == 200
    assert "There is a bot of this external id already." in answer.content.decode()
    assert Bot.objects.get(external_id="night-1").name == "Night"
    assert _actions() == ["bot.registered"]


def test_a_bot_keeps_its_brand_and_its_id(world: World, manager: Client) -> None:
    manager.post(
        reverse("admin:avatars_bot_add"),
        {"brand": world.brand.pk, "external_id": "night-1", "name": "Night"},
    )
    bot = Bot.objects.get(external_id="night-1")
    manager.post(
        reverse("admin:avatars_bot_change", args=[bot.pk]),
        {"name": "Late", "external_id": "other", "brand": factories.BrandFactory().pk},
    )
    bot.refresh_from_db()
    assert (bot.name, bot.external_id, bot.brand) == ("Late", "night-1", world.brand)
    assert _actions() == ["bot.registered", "bot.renamed"]


@pytest.mark.parametrize(
    "model", ["generationrequest", "avatarversion"], ids=["requests", "versions"]
)
def test_status_and_provenance_are_no_fields(model: str, world: World, manager: Client) -> None:
    row = world.request if model == "generationrequest" else world.versions[1]
    address = reverse(f"admin:avatars_{model}_change", args=[row.pk])
    text = manager.get(address).content.decode()
    for name in ("status", "pixel_sha256", "decision_id", "seed", "composed_prompt"):
        assert f'name="{name}"' not in text
    assert manager.post(address, {"status": "approved"}).status_code == 403


def test_people_are_made_and_changed_by_superusers(world: World, client: Client) -> None:
    root = factories.UserFactory(is_staff=True, is_superuser=True)
    client.force_login(root)
    client.post(
        reverse("admin:accounts_user_add"),
        {
            "username": "lin",
            "first_name": "Lin",
            "last_name": "Mu",
            "email": "lin@people.example",
            "usable_password": "true",
            "password1": "a long enough phrase",
            "password2": "a long enough phrase",
            "is_staff": "on",
        },
    )
    person = User.objects.get(username="lin")
    assert person.check_password("a long enough phrase")
    assert (person.is_staff, person.is_superuser) == (True, False)
    values = {"username": "lin", "email": "", "is_active": "on", "first_name": "", "last_name": ""}
    client.post(reverse("admin:accounts_user_change", args=[person.pk]), values)
    person.refresh_from_db()
    assert person.is_staff is False
    # Superusers do not lock themselves out.
    answer = client.post(
        reverse("admin:accounts_user_change", args=[root.pk]), values | {"username": root.username}
    )
    root.refresh_from_db()
    assert root.is_superuser is True
    assert "Let another superuser" in answer.content.decode()
    assert [action for action in _actions() if action.startswith("person")] == [
        "person.created",
        "person.changed",
    ]


def test_a_brands_last_manager_is_not_deactivated(world: World, client: Client) -> None:
    client.force_login(factories.UserFactory(is_staff=True, is_superuser=True))
    address = reverse("admin:accounts_user_change", args=[world.manager.pk])
    values = {"username": world.manager.username, "email": "", "first_name": "", "last_name": ""}
    answer = client.post(address, values)
    assert answer.status_code == 200
    assert f"{world.brand.name} would be left without a manager." in answer.content.decode()
    world.manager.refresh_from_db()
    assert world.manager.is_active is True
    assert _actions() == []


def test_who_is_signed_in_but_no_staff_is_turned_away_without_a_loop(
    world: World, client: Client
) -> None:
    client.force_login(world.manager)
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.status_code == 403


def test_strangers_are_sent_to_the_one_sign_in(client: Client) -> None:
    answer = client.get("/admin/avatars/bot/", follow=True)
    assert answer.redirect_chain[-1][0] == "/login/?next=/admin/avatars/bot/"


def test_the_start_page_leads_to_the_latest_requests(world: World, client: Client) -> None:
    # Given a bot of a name that no table breaks,
    world.bot.name = "Rindfleischetikettierungsüberwachungsaufgabe"
    world.bot.save(update_fields=["name"])
    User.objects.filter(pk=world.manager.pk).update(is_staff=True)
    client.force_login(world.manager)
    page = client.get(reverse("admin:index")).content.decode()
    # then the table shows its beginning as a link to the request.
    address = reverse("pages:request-detail", args=[world.request.pk])
    assert f'href="{address}">Rindfleischetikettierun…</a>' in page
    assert world.bot.name not in page
