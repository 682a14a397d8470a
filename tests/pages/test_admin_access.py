"""The web admin shows a brand's rows to its own people, and lets managers change some of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, models, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brandhub.accounts.models import ApiClient, ApiKey, Role, User
from brandhub.accounts.tenant_admin import ScopedRelatedFilter, TenantAdmin
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import Actor, record
from brandhub.common.ids import uuid7
from brandhub.webhooks.models import Delivery, WebhookEndpoint
from brandhub.webhooks.states import DeliveryStatus
from moderation.models import Finding
from styles.models import ReferenceImage
from tests import factories
from tests.pages.admin_table import MODELS, SUPERUSERS, Line
from tests.pages.world import World, build

_ROLES = ("viewer", "reviewer", "manager", "superuser")


@dataclass
class Staffed:
    """A world whose people are staff, with rows of what only the admin shows."""

    world: World
    superuser: User
    key: ApiKey
    reference: ReferenceImage
    event: AuditEvent
    endpoint: WebhookEndpoint
    delivery: Delivery

    @property
    def finding(self) -> Finding:
        return Finding.objects.filter(brand=self.world.brand).earliest("pk")

    def person(self, role: str) -> User:
        person = self.superuser if role == "superuser" else self.world.person(role)
        person.refresh_from_db()
        return person

    def row(self, line: Line) -> Any:
        first, *steps = line.row.split(".")
        found = getattr(self, first, None) or getattr(self.world, first)
        for step in steps:
            found = found[int(step)] if step.isdigit() else getattr(found, step)
        return found


def _staffed(world: World) -> Staffed:
    User.objects.filter(
        pk__in=[world.person(role).pk for role in (*Role.values, "stranger")]
    ).update(is_staff=True)
    with transaction.atomic():
        event = record(
            actor=Actor.person(world.manager), action="test.row", of=world.bot, brand=world.brand
        )
    return Staffed(
        world=world,
        superuser=factories.UserFactory(is_staff=True, is_superuser=True),
        key=factories.ApiKeyFactory(client=world.client),
        reference=factories.ReferenceImageFactory(brand=world.brand),
        event=event,
        endpoint=(endpoint := factories.WebhookEndpointFactory(client=world.client)),
        delivery=factories.DeliveryFactory(
            endpoint=endpoint,
            status=DeliveryStatus.ABANDONED,
            event=factories.OutboxEventFactory(brand=world.brand, client=world.client),
        ),
    )


@pytest.fixture
def staffed(world: World) -> Staffed:
    return _staffed(world)


def _label(model: type[models.Model]) -> str:
    return model._meta.label_lower


def _url(model: str, page: str, *args: Any) -> str:
    return reverse(f"admin:{model.replace('.', '_')}_{page}", args=args)


def test_every_model_of_the_admin_has_its_line() -> None:
    registered = {_label(model) for model in admin.site._registry}
    assert registered == set(MODELS), (
        f"add to tests/pages/admin_table.py: {sorted(registered - set(MODELS))};"
        f" remove: {sorted(set(MODELS) - registered)}"
    )


def test_every_model_stands_on_the_tenants_ground() -> None:
    for model, held in admin.site._registry.items():
        assert isinstance(held, TenantAdmin), model
        for each in held.list_filter:
            name, kind = each if isinstance(each, tuple) else (each, None)
            if not isinstance(name, str):
                continue
            related = model._meta.get_field(name).is_relation
            assert not related or kind is ScopedRelatedFilter, f"{model}: filter {name}"


@pytest.mark.parametrize("label", sorted(MODELS))
def test_people_of_the_brand_see_and_change_by_their_role(
    label: str, staffed: Staffed, client: Client
) -> None:
    line = MODELS[label]
    row = staffed.row(line)
    held = admin.site._registry[type(row)]
    for role in _ROLES:
        # Given a member of the staff with a role in the brand,
        person = staffed.person(role)
        client.force_login(person)
        request = RequestFactory().get("/admin/")
        request.user = person
        seen = 200 if role in line.see else 403
        # then they see the list and the row, and may add and change what the table says.
        assert client.get(_url(label, "changelist")).status_code == seen, role
        assert client.get(_url(label, "change", row.pk)).status_code == seen, role
        added = client.get(_url(label, "add")).status_code
        assert added == (200 if role in line.add else 403), role
        assert held.has_change_permission(request, row) is (role in line.change), role
        assert client.post(_url(label, "delete", row.pk), {"post": "yes"}).status_code == 403, role


@pytest.mark.parametrize("label", sorted(MODELS))
def test_another_brands_rows_do_not_exist(label: str, staffed: Staffed, client: Client) -> None:
    line = MODELS[label]
    if line.shared:
        return
    row = staffed.row(line)
    client.force_login(staffed.world.stranger)
    missing = uuid7()
    before = AuditEvent.objects.count()
    # They answer as for a row that does not exist.
    for page in ("change", "history", "delete"):
        theirs = client.get(_url(label, page, row.pk)).status_code
        assert theirs == client.get(_url(label, page, missing)).status_code
        assert theirs in {403, 404}
    changed = client.post(_url(label, "change", row.pk), {"name": "Mine now"}).status_code
    assert changed == client.post(_url(label, "change", missing), {}).status_code
    assert changed == (404 if "manager" in line.change else 403)
    if line.see != SUPERUSERS:
        shown = client.get(_url(label, "changelist"))
        assert str(row.pk) not in shown.content.decode()
        assert staffed.world.brand.name not in shown.content.decode()
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("label", sorted(MODELS))
def test_pickers_and_filters_offer_ones_own_brands_only(
    label: str, staffed: Staffed, client: Client
) -> None:
    # Given staff of another brand who looks at the form for a new row and at the list,
    client.force_login(staffed.world.stranger)
    pages = [client.get(_url(label, "changelist"))]
    if "manager" in MODELS[label].add:
        pages.append(client.get(_url(label, "add")))
    for page in pages:
        text = page.content.decode()
        # then nothing there names the brand or any of its rows.
        for hidden in (staffed.world.brand, staffed.world.style, staffed.world.bot):
            assert str(hidden.pk) not in text
            assert hidden.name not in text


@pytest.mark.parametrize("label", sorted(MODELS))
def test_a_forged_choice_of_another_brand_is_refused(
    label: str, staffed: Staffed, client: Client
) -> None:
    # Given a stranger who posts a brand's keys that no form has offered,
    if "manager" not in MODELS[label].add:
        return
    client.force_login(staffed.world.stranger)
    before = AuditEvent.objects.count()
    answer = client.post(
        _url(label, "add"),
        {
            "brand": staffed.world.brand.pk,
            "brands": [staffed.world.brand.pk],
            "client": staffed.world.client.pk,
            "url": "https://hooks.example/mine",
            "style": staffed.world.style.pk,
            "base_model": staffed.world.revision.base_model.pk,
            "name": "Mine",
            "slug": "mine",
            "external_id": "mine",
            "max_priority": 1,
            "requests_per_minute": 10,
            "default_tags": "{}",
            "prompt_template": "{caption}",
            "steps": 4,
            "guidance_scale": 4,
            "guidance_schedule": "early",
            "scheduler": "ddim",
            "tier": "standard",
            "image_size": 64,
        },
    )
    # then the form comes back with an error, and nothing is written.
    assert answer.status_code == 200
    assert b"Select a valid choice" in answer.content
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("label", ["accounts.brand", "avatars.bot", "styles.style"])
def test_autocomplete_is_scoped(label: str, staffed: Staffed, client: Client) -> None:
    client.force_login(staffed.world.stranger)
    app, model = label.split(".")
    for source, field in (("styles.style", "brand"), ("avatars.generationrequest", "bot")):
        source_app, source_model = source.split(".")
        answer = client.get(
            reverse("admin:autocomplete"),
            {"app_label": source_app, "model_name": source_model, "field_name": field, "term": ""},
        )
        if answer.status_code == 200:
            assert staffed.world.brand.name not in answer.content.decode()
            assert str(staffed.world.bot.pk) not in answer.content.decode()
    held = admin.site._registry[type(staffed.row(MODELS[f"{app}.{model}"]))]
    request = RequestFactory().get("/admin/")
    request.user = staffed.world.stranger
    assert staffed.row(MODELS[label]) not in held.get_queryset(request)


def test_actions_reach_ones_own_brands_only(staffed: Staffed, client: Client) -> None:
    # Given a stranger who posts an action with another brand's keys,
    client.force_login(staffed.world.stranger)
    deeds = (
        ("avatars.generationrequest", "cancel", staffed.world.request),
        ("avatars.generationrequest", "retry", staffed.world.failed),
        ("accounts.apikey", "revoke", staffed.key),
        ("webhooks.webhookendpoint", "send_ping", staffed.endpoint),
        ("webhooks.webhookendpoint", "remove", staffed.endpoint),
        ("webhooks.delivery", "replay", staffed.delivery),
    )
    for label, action, row in deeds:
        before = AuditEvent.objects.count()
        client.post(_url(label, "changelist"), {"action": action, "_selected_action": [row.pk]})
        # then the rows are as they were.
        assert AuditEvent.objects.count() == before
        status = getattr(row, "status", None)
        row.refresh_from_db()
        assert getattr(row, "status", None) == status
    assert staffed.key.revoked_at is None


def test_a_reviewer_steers_no_requests(staffed: Staffed, client: Client) -> None:
    client.force_login(staffed.world.reviewer)
    client.post(
        _url("avatars.generationrequest", "changelist"),
        {"action": "cancel", "_selected_action": [staffed.world.request.pk]},
    )
    staffed.world.request.refresh_from_db()
    assert staffed.world.request.status == "in_review"


def test_a_role_in_one_brand_steers_nothing_in_another(staffed: Staffed, client: Client) -> None:
    # Given somebody who manages one brand and only reviews in this one,
    both = factories.MembershipFactory(brand=staffed.world.brand, role=Role.REVIEWER).user
    factories.MembershipFactory(user=both, role=Role.MANAGER)
    User.objects.filter(pk=both.pk).update(is_staff=True)
    client.force_login(User.objects.get(pk=both.pk))
    before = AuditEvent.objects.count()
    # when they act on rows of this one, which they may see,
    for label, action, row in (
        ("avatars.generationrequest", "cancel", staffed.world.request),
        ("webhooks.webhookendpoint", "remove", staffed.endpoint),
        ("webhooks.delivery", "replay", staffed.delivery),
    ):
        data = {"action": action, "_selected_action": [row.pk]}
        client.post(_url(label, "changelist"), data)
    revoke = {"action": "revoke", "_selected_action": [staffed.key.pk]}
    assert client.post(_url("accounts.apikey", "changelist"), revoke).status_code == 403
    # then nothing happens to them.
    assert AuditEvent.objects.count() == before


def test_a_client_of_two_brands_shows_each_its_own(staffed: Staffed, client: Client) -> None:
    # Given a client that serves this brand and another one,
    other = build(name="Umbrella")
    shared = factories.ApiClientFactory(brands=[staffed.world.brand, other.brand])
    client.force_login(staffed.world.manager)
    # then this brand's manager sees the client, not the other brand, and may not change it.
    shown = client.get(_url("accounts.apiclient", "changelist")).content.decode()
    assert shared.name in shown
    assert "Umbrella" not in shown
    page = client.get(_url("accounts.apiclient", "change", shared.pk)).content.decode()
    assert "Umbrella" not in page
    before = AuditEvent.objects.count()
    data = {"name": "Ours", "brands": [staffed.world.brand.pk], "is_active": "on"}
    data |= {"max_priority": 1, "requests_per_minute": 5}
    answer = client.post(_url("accounts.apiclient", "change", shared.pk), data)
    assert answer.status_code == 403
    issue = reverse("admin:accounts_apiclient_issue_key", args=[shared.pk])
    assert client.get(issue).status_code == 403
    assert AuditEvent.objects.count() == before
    assert ApiClient.objects.get(pk=shared.pk).name == shared.name


_MORE = {
    "accounts.user": lambda world: factories.UserFactory(),
    "accounts.brand": lambda world: factories.MembershipFactory(
        user=world.manager, role=Role.MANAGER
    ),
    "accounts.apiclient": lambda world: factories.ApiClientFactory(brands=[world.brand]),
    "accounts.apikey": lambda world: factories.ApiKeyFactory(
        client=factories.ApiClientFactory(brands=[world.brand])
    ),
    "avatars.avatarversion": lambda world: factories.AvatarVersionFactory(
        bot=factories.BotFactory(brand=world.brand)
    ),
    "avatars.bot": lambda world: factories.BotFactory(brand=world.brand),
    "avatars.generationrequest": lambda world: factories.GenerationRequestFactory(
        brand=world.brand
    ),
    "moderation.finding": lambda world: factories.FindingFactory(brand=world.brand),
    "moderation.reviewcase": lambda world: factories.ReviewCaseFactory(brand=world.brand),
    "styles.adapterrevision": lambda world: factories.AdapterRevisionFactory(brand=world.brand),
    "styles.adaptertraining": lambda world: factories.AdapterTrainingFactory(brand=world.brand),
    "styles.basemodel": lambda world: factories.BaseModelFactory(),
    "styles.referenceimage": lambda world: factories.ReferenceImageFactory(brand=world.brand),
    "styles.style": lambda world: factories.StyleFactory(brand=world.brand),
    "webhooks.webhookendpoint": lambda world: factories.WebhookEndpointFactory(
        client=factories.ApiClientFactory(brands=[world.brand])
    ),
    "webhooks.delivery": lambda world: factories.DeliveryFactory(
        endpoint=factories.WebhookEndpointFactory(
            client=factories.ApiClientFactory(brands=[world.brand])
        ),
        event=factories.OutboxEventFactory(brand=world.brand),
    ),
    "styles.stylerevision": lambda world: factories.StyleRevisionFactory(brand=world.brand),
}


def _audit_row(world: World) -> None:
    with transaction.atomic():
        record(
            actor=Actor.person(world.manager), action="test.row", of=world.bot, brand=world.brand
        )


_MORE["audit.auditevent"] = _audit_row


@pytest.mark.parametrize("label", sorted(MODELS))
def test_twenty_rows_cost_as_many_queries_as_one(
    label: str, staffed: Staffed, client: Client
) -> None:
    superusers = MODELS[label].see == SUPERUSERS
    client.force_login(staffed.superuser if superusers else staffed.world.manager)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(_url(label, "changelist")).status_code == 200
        return len(captured)

    _MORE[label](staffed.world)
    queries()
    with_few = queries()
    for _ in range(19):
        _MORE[label](staffed.world)
    assert queries() == with_few


@pytest.mark.parametrize("label", sorted(MODELS))
def test_no_list_is_counted_to_its_end(
    label: str, staffed: Staffed, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("brandhub.common.counting.COUNTED", 1)
    client.force_login(staffed.superuser)
    for _ in range(2):
        _MORE[label](staffed.world)
    with CaptureQueriesContext(connection) as captured:
        page = client.get(_url(label, "changelist"))
    table = f'FROM "{apps.get_model(label)._meta.db_table}"'
    counts = [each["sql"] for each in captured if each["sql"].startswith("SELECT COUNT(")]
    assert [each.count("LIMIT 2") for each in counts if table in each] == [1]
    assert "1+" in page.content.decode().split()


@pytest.mark.parametrize(
    ("label", "query"),
    [
        ("audit.auditevent", {"object_type": "avatars.bot"}),
        ("moderation.finding", {"check_name": "nudity"}),
    ],
)
def test_filters_know_what_there_may_be_without_reading_all_rows(
    label: str, query: dict[str, str], staffed: Staffed, client: Client
) -> None:
    client.force_login(staffed.world.manager)
    _MORE[label](staffed.world)
    [(column, value)] = query.items()
    with CaptureQueriesContext(connection) as captured:
        shown = client.get(_url(label, "changelist"), query)
    assert {getattr(row, column) for row in shown.context["cl"].queryset} <= {value}
    assert f"?{column}={value}" in shown.content.decode()
    assert not [each["sql"] for each in captured if "DISTINCT" in each["sql"]]


def test_twenty_clients_to_choose_from_cost_as_many_queries_as_one(
    staffed: Staffed, client: Client
) -> None:
    """Of a client that serves a stranger's brand as well, nobody of one of them says where it is
    told."""
    client.force_login(staffed.world.manager)
    page = _url("webhooks.webhookendpoint", "add")

    def offered() -> tuple[int, set[str]]:
        with CaptureQueriesContext(connection) as captured:
            form = client.get(page).context["adminform"].form
        return len(captured), {each.name for each in form.fields["client"].queryset}

    shared = factories.ApiClientFactory(brands=[staffed.world.brand, factories.BrandFactory()])
    offered()
    few, before = offered()
    more = [factories.ApiClientFactory(brands=[staffed.world.brand]) for _ in range(19)]
    assert offered() == (few, before | {each.name for each in more})
    assert shared.name not in before
