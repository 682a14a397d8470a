"""Live and test keys of one client: each sees its own side, whatever names they share."""

import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avatars.models import Bot, Candidate, GenerationRequest
from brandhub.accounts.models import ApiClient, ApiKey, Brand, CallAllowance
from brandhub.accounts.services import revoke_key
from brandhub.audit.record import SYSTEM
from brandhub.webhooks.models import OutboxEvent, WebhookEndpoint
from styles.models import ReferenceImage, StyleRevision
from tests.api.conftest import Api, as_person, code_of, told
from tests.api.pictures import candidate_with_picture, png, published
from tests.factories import (
    AdapterRevisionFactory,
    ApiClientFactory,
    ApiKeyFactory,
    BotFactory,
    DeliveryFactory,
    GenerationRequestFactory,
    OutboxEventFactory,
    ReferenceImageFactory,
    WebhookEndpointFactory,
)
from tests.pictures import library_picture
from tests.plans import rows_read

pytestmark = pytest.mark.django_db

BOT = "/api/v1/bots/support-42"


@pytest.fixture
def tests_key(platform: ApiClient) -> ApiKey:
    return ApiKeyFactory(client=platform, mode=ApiKey.Mode.TEST)


@pytest.fixture
def tester(tests_key: ApiKey) -> Api:
    """The platform with a test key of every scope."""
    return Api(tests_key.secret)


@pytest.fixture
def both(brand: Brand, platform: ApiClient) -> tuple[Bot, Bot]:
    """The same bot, live and in the sandbox."""
    values = {"brand": brand, "client": platform, "external_id": "support-42"}
    return BotFactory(**values), BotFactory(**values, sandbox=True)


def test_one_id_is_one_bot_on_each_side(api: Api, tester: Api, brand: Brand) -> None:
    # given a bot that the live key registered
    live = api.send("PUT", BOT, {"brand": "acme", "name": "Support"})
    assert (live.status_code, live.json()["livemode"]) == (201, True)
    assert code_of(tester.get(BOT)) == (404, "bot_not_found")
    # when the test key registers its own of that id, and renames it
    made = tester.send("PUT", BOT, {"brand": "acme", "name": "Trial"})
    renamed = tester.send("PUT", BOT, {"brand": "acme", "name": "Second trial"})
    # then there are two
    assert (made.status_code, made.json()["livemode"]) == (201, False)
    assert (renamed.status_code, renamed.json()["name"]) == (200, "Second trial")
    assert api.get(BOT).json()["name"] == "Support"
    assert tester.get(BOT).json()["name"] == "Second trial"
    assert [each["name"] for each in api.get("/api/v1/bots").json()["results"]] == ["Support"]
    assert [each["name"] for each in tester.get("/api/v1/bots").json()["results"]] == [
        "Second trial"
    ]


def test_what_is_asked_with_a_test_key_is_the_sandboxs(
    api: Api, tester: Api, both: tuple[Bot, Bot], style: StyleRevision
) -> None:
    body = {"bot": "support-42", "style": "acme/friendly-robots", "prompt": "a robot"}

    made = tester.post("/api/v1/requests", body)

    assert (made.status_code, made.json()["livemode"]) == (202, False)
    request = GenerationRequest.objects.get()
    assert (request.bot, request.sandbox, request.priority) == (both[1], True, 1)
    assert set(Candidate.objects.values_list("priority", flat=True)) == {-1}
    assert code_of(api.get(f"/api/v1/requests/{request.pk}")) == (404, "request_not_found")
    assert api.get("/api/v1/requests").json()["results"] == []
    assert tester.get(f"/api/v1/requests/{request.pk}").json()["livemode"] is False


def test_the_short_form_makes_its_bot_in_the_sandbox(tester: Api, style: StyleRevision) -> None:
    body = {"prompt": "a robot", "style": "acme/friendly-robots"}

    made = tester.post("/api/generate", body)

    assert (made.status_code, made.json()["livemode"]) == (202, False)
    assert Bot.objects.get().sandbox is True


def _addresses(bot: Bot, endpoint: WebhookEndpoint) -> list[tuple[str, str, Any]]:
    """Everything that stands for one thing of a side, as method, address and body."""
    request = GenerationRequestFactory(bot=bot, status="queued")
    candidate = candidate_with_picture(request=request)
    version = published(bot)
    delivery = DeliveryFactory(
        endpoint=endpoint, event__client=endpoint.client, event__brand=bot.brand, status="abandoned"
    )
    of_bot = f"/api/v1/bots/{bot.external_id}"
    of_request = f"/api/v1/requests/{request.pk}"
    of_endpoint = f"/api/v1/webhook-endpoints/{endpoint.pk}"
    return [
        ("GET", of_bot, None),
        ("GET", f"{of_bot}/versions", None),
        ("GET", f"{of_bot}/avatar", None),
        ("GET", f"{of_bot}/versions/1/avatar", None),
        ("POST", f"{of_bot}/rollback", {"to": 1}),
        ("POST", f"{of_bot}/take-down", {"reason": "no"}),
        ("GET", f"/api/v1/versions/{version.pk}/provenance", None),
        ("GET", of_request, None),
        ("GET", f"{of_request}/events", None),
        ("POST", f"{of_request}/retry", None),
        ("POST", f"{of_request}/cancel", None),
        ("GET", f"/api/v1/candidates/{candidate.pk}/image", None),
        ("GET", of_endpoint, None),
        ("PATCH", of_endpoint, {"is_enabled": False}),
        ("POST", f"{of_endpoint}/ping", None),
        ("POST", f"{of_endpoint}/rotate-secret", None),
        ("GET", f"{of_endpoint}/deliveries", None),
        ("POST", f"{of_endpoint}/deliveries/{delivery.pk}/replay", None),
        ("DELETE", of_endpoint, None),
    ]


@pytest.mark.parametrize("sandbox", [True, False])
def test_nothing_of_the_other_side_is_there(
    brand: Brand, platform: ApiClient, key: ApiKey, tests_key: ApiKey, sandbox: bool
) -> None:
    # given everything on one side, and the other side's key
    bot = BotFactory(brand=brand, client=platform, external_id="support-42", sandbox=sandbox)
    endpoint = WebhookEndpointFactory(client=platform, sandbox=sandbox)
    addresses = _addresses(bot, endpoint)
    other = Api((key if sandbox else tests_key).secret)
    own = Api((tests_key if sandbox else key).secret)
    before = told()
    # when it asks for each, then all is absent and nothing has changed
    for method, address, body in addresses:
        response = other.send(method, address, body)
        assert response.status_code == 404, (method, address)
    assert told() == before
    # and to its own key it is there
    for method, address, body in addresses:
        if method == "GET" and not address.endswith("/events"):
            assert own.send(method, address, body).status_code == 200, address


def test_lists_and_filters_stay_on_their_side(
    api: Api, tester: Api, both: tuple[Bot, Bot], brand: Brand, platform: ApiClient
) -> None:
    live, trial = (GenerationRequestFactory(bot=bot, external_id="ticket-1") for bot in both)
    told_live, told_trial = (
        OutboxEventFactory(brand=brand, client=platform, sandbox=sandbox)
        for sandbox in (False, True)
    )
    hook, trial_hook = (
        WebhookEndpointFactory(client=platform, sandbox=sandbox) for sandbox in (False, True)
    )

    for caller, request, event, endpoint in (
        (api, live, told_live, hook),
        (tester, trial, told_trial, trial_hook),
    ):
        for query in ("", "?bot=support-42", "?external_id=ticket-1", "?status=in_review"):
            assert _ids(caller, f"/api/v1/requests{query}") == [str(request.pk)]
        assert _ids(caller, "/api/v1/events") == [str(event.pk)]
        assert _ids(caller, "/api/v1/webhook-endpoints") == [str(endpoint.pk)]
        (told,) = caller.get("/api/v1/events").json()["results"]
        assert told["livemode"] is (caller is api)


def _ids(caller: Api, address: str) -> list[str]:
    return [each["id"] for each in caller.get(address).json()["results"]]


def test_the_few_events_of_a_sandbox_are_read_past_the_many_live_ones(
    tester: Api, brand: Brand, platform: ApiClient
) -> None:
    # given tests that are older than all that is live: by the key all of it would be read first
    for sandbox, count in ((True, 99), (False, 500)):
        OutboxEvent.objects.bulk_create(
            OutboxEventFactory.build_batch(count, brand=brand, client=platform, sandbox=sandbox)
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE webhooks_outboxevent, accounts_apiclient_brands")
    # when
    with CaptureQueriesContext(connection) as captured:
        found = tester.get("/api/v1/events").json()["results"]
    # then
    assert len(found) == 20
    [asked] = [each["sql"] for each in captured if "LIMIT 21" in each["sql"]]
    assert rows_read(asked, "webhooks_outboxevent") <= 21


def test_a_cursor_of_the_live_list_opens_no_live_page(
    api: Api, tester: Api, both: tuple[Bot, Bot]
) -> None:
    # given a page of the live list, and older rows on either side
    trial = GenerationRequestFactory(bot=both[1])
    GenerationRequestFactory.create_batch(2, bot=both[0])
    following = api.get("/api/v1/requests?page_size=1").json()["next"]
    # when the test key follows its cursor
    page = tester.get(following).json()
    # then it is a place among its own
    assert [each["id"] for each in page["results"]] == [str(trial.pk)]


def test_idempotency_keys_of_the_two_sides_are_strangers(
    api: Api, tester: Api, both: tuple[Bot, Bot], style: StyleRevision
) -> None:
    body = {"bot": "support-42", "style": "acme/friendly-robots", "prompt": "a robot", "seed": 1}

    live = api.post("/api/v1/requests", body, Idempotency_Key="k-1")
    trial = tester.post("/api/v1/requests", body | {"seed": 2}, Idempotency_Key="k-1")
    again = tester.post("/api/v1/requests", body | {"seed": 2}, Idempotency_Key="k-1")

    assert (live.status_code, trial.status_code, again.status_code) == (202, 202, 202)
    assert [each["livemode"] for each in (live.json(), trial.json(), again.json())] == [
        True,
        False,
        False,
    ]
    assert trial["Location"] != live["Location"]
    assert (again["Location"], again["Idempotency-Replayed"]) == (trial["Location"], "true")


def test_tests_spend_none_of_the_live_calls(api: Api, tester: Api, platform: ApiClient) -> None:
    ApiClient.objects.filter(pk=platform.pk).update(requests_per_minute=1)

    assert tester.get("/api/v1/me").status_code == 200
    assert code_of(tester.get("/api/v1/me")) == (429, "rate_limited")
    assert api.get("/api/v1/me").status_code == 200
    assert CallAllowance.objects.count() == 2


def test_a_picture_sent_for_a_test_is_used_in_tests_alone(
    api: Api, tester: Api, both: tuple[Bot, Bot], style: StyleRevision
) -> None:
    sent = tester.upload(
        "/api/v1/reference-images", {"brand": "acme", "file": _upload(png())}
    ).json()
    assert ReferenceImage.objects.get().sandbox is True
    body = {
        "bot": "support-42",
        "style": "acme/friendly-robots",
        "prompt": "a robot",
        "reference_images": [{"id": sent["id"], "role": "img2img"}],
    }

    assert code_of(api.post("/api/v1/requests", body)) == (404, "reference_image_not_found")
    assert tester.post("/api/v1/requests", body).status_code == 202


def test_a_live_picture_is_used_in_no_test(
    tester: Api, both: tuple[Bot, Bot], style: StyleRevision, brand: Brand, platform: ApiClient
) -> None:
    image = ReferenceImageFactory(brand=brand, client=platform)
    body = {
        "bot": "support-42",
        "style": "acme/friendly-robots",
        "prompt": "a robot",
        "reference_images": [{"id": str(image.pk), "role": "img2img"}],
    }

    assert code_of(tester.post("/api/v1/requests", body)) == (404, "reference_image_not_found")


def test_the_brands_library_is_read_on_both_sides(
    api: Api, tester: Api, style: StyleRevision, brand: Brand
) -> None:
    reference = library_picture(brand)
    adapter = AdapterRevisionFactory(brand=brand)
    for caller in (api, tester):
        (shown,) = caller.get("/api/v1/styles").json()["results"]
        assert shown["name"] == "acme/friendly-robots"
        assert _ids(caller, "/api/v1/references") == [str(reference.pk)]
        assert _ids(caller, "/api/v1/adapters") == [str(adapter.pk)]
        image = caller.get(f"/api/v1/references/{reference.pk}/image")
        assert image.status_code == 200


def _upload(data: bytes) -> Any:
    file = io.BytesIO(data)
    file.name = "picture.png"
    return file


def test_a_request_continues_none_of_the_other_side(
    tester: Api, both: tuple[Bot, Bot], style: StyleRevision
) -> None:
    earlier = GenerationRequestFactory(bot=both[0], status="changes_requested")
    body = {
        "bot": "support-42",
        "style": "acme/friendly-robots",
        "prompt": "a robot",
        "continues": str(earlier.pk),
    }

    assert code_of(tester.post("/api/v1/requests", body)) == (404, "request_not_found")


@pytest.mark.parametrize(
    ("method", "address", "scope"),
    [
        ("POST", "/api/v1/references", "references:write"),
        ("POST", "/api/v1/adapters", "adapters:write"),
        ("POST", "/api/v1/style-packs", "styles:write"),
    ],
)
def test_the_brands_library_is_closed_to_a_key_that_once_had_its_scopes(
    tester: Api, method: str, address: str, scope: str
) -> None:
    """Keys issued while there was no sandbox may carry them; the factory's does."""
    response = tester.send(method, address, {})

    assert code_of(response) == (403, "missing_scope")
    assert response.json()["scopes"] == [scope]


def test_another_clients_sandbox_is_another(both: tuple[Bot, Bot], brand: Brand) -> None:
    neighbour = ApiKeyFactory(client=ApiClientFactory(brands=[brand]), mode=ApiKey.Mode.TEST)

    assert code_of(Api(neighbour.secret).get(BOT)) == (404, "bot_not_found")


def test_a_new_test_key_goes_on_where_a_revoked_one_stopped(
    tester: Api, tests_key: ApiKey, both: tuple[Bot, Bot], platform: ApiClient
) -> None:
    revoke_key(actor=SYSTEM, key_id=tests_key.pk)
    successor = ApiKeyFactory(client=platform, mode=ApiKey.Mode.TEST)

    assert code_of(tester.get(BOT)) == (401, "key_revoked")
    assert Api(successor.secret).get(BOT).json()["livemode"] is False


def test_a_person_of_the_brand_sees_the_live_bot_alone(
    both: tuple[Bot, Bot], manager: Any, brand: Brand, platform: ApiClient
) -> None:
    GenerationRequestFactory(bot=both[1])
    OutboxEventFactory(brand=brand, client=platform, sandbox=True)
    person = as_person(manager)

    assert person.get(BOT).json()["livemode"] is True
    assert len(person.get("/api/v1/bots").json()["results"]) == 1
    assert person.get("/api/v1/requests").json()["results"] == []
    assert person.get("/api/v1/events").json()["results"] == []


def test_a_test_bot_has_its_public_address(both: tuple[Bot, Bot], tester: Api) -> None:
    version = published(both[1])
    address = tester.get(BOT).json()["public_url"]

    shown = Api().get(address)

    assert shown.status_code == 200
    assert tester.get(BOT).json()["current_version"]["id"] == str(version.pk)
    assert tester.get(BOT).json()["current_version"]["livemode"] is False


def test_an_endpoint_hears_of_its_own_side(
    api: Api, tester: Api, both: tuple[Bot, Bot], platform: ApiClient
) -> None:
    # given an endpoint of either side
    body = {"url": "https://hooks.example/brandhub"}
    made = {each: each.post("/api/v1/webhook-endpoints", body).json() for each in (api, tester)}
    assert [one["livemode"] for one in made.values()] == [True, False]
    request = GenerationRequestFactory(bot=both[1], status="queued")
    # when a test request is cancelled
    assert tester.post(f"/api/v1/requests/{request.pk}/cancel").status_code == 202
    # then the one hears of it, and the other does not
    event = OutboxEvent.objects.get(type="request.cancelled")
    assert event.sandbox is True
    assert [str(each.endpoint_id) for each in event.deliveries.all()] == [made[tester]["id"]]


def test_a_ping_says_which_side_it_is_of(tester: Api, platform: ApiClient) -> None:
    endpoint = WebhookEndpointFactory(client=platform, sandbox=True)

    assert tester.post(f"/api/v1/webhook-endpoints/{endpoint.pk}/ping").status_code == 202
    assert OutboxEvent.objects.get().sandbox is True
