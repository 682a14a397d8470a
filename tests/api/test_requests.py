"""Asking for avatars over the API, and what a caller is told of it."""

import base64
import json
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from avatars.hooks import FindingDraft, PromptScreening
from avatars.models import Bot, Candidate, GenerationRequest, RequestReference
from avatars.services import take_down
from avatars.states import Verdict
from brandhub.accounts.models import ApiClient, Brand, User
from brandhub.audit.record import SYSTEM
from brandhub.common.ids import uuid7
from moderation.models import Finding
from styles.models import StyleRevision
from tests.api.conftest import Api, as_person, code_of, told
from tests.api.pictures import candidate_with_picture, png, published
from tests.factories import (
    ApiClientFactory,
    BotFactory,
    CandidateFactory,
    GenerationRequestFactory,
    ReferenceImageFactory,
    StyleRevisionFactory,
)
from tests.plans import indexes_of, plan_of, rows_read

pytestmark = pytest.mark.django_db

URL = "/api/v1/requests"


@pytest.fixture
def body(bot: Bot, style: StyleRevision) -> dict[str, Any]:
    return {
        "bot": "support-42",
        "style": "acme/friendly-robots",
        "prompt": "戴眼镜的卡通机器人，蓝色背景",
        "tags": {"expression": "smile"},
        "candidates": 3,
        "seed": 7,
        "external_id": "ticket-9001",
        "metadata": {"team": "support"},
    }


def test_a_request_is_accepted_and_told_in_full(
    api: Api, body: dict[str, Any], platform: ApiClient, style: StyleRevision
) -> None:
    response = api.post(URL, body)

    assert response.status_code == 202
    row = GenerationRequest.objects.get()
    assert (row.client, row.requested_by, row.style_revision) == (platform, platform.owner, style)
    assert response["Location"] == f"{settings.PUBLIC_URL}/api/v1/requests/{row.pk}"
    told_of = response.json()
    assert told_of["tags"] == {
        "style": "cartoon",
        "subject": "robot",
        "expression": "smile",
        "eyewear": "glasses",
        "background": "blue",
    }
    assert {name: told_of[name] for name in ("status", "bot", "brand", "style", "priority")} == {
        "status": "queued",
        "bot": "support-42",
        "brand": "acme",
        "style": "acme/friendly-robots@1",
        "priority": "normal",
    }
    assert told_of["external_id"] == "ticket-9001"
    assert told_of["metadata"] == {"team": "support"}
    assert told_of["cost"] == {"amount": 12, "unit": "image_steps"}
    assert told_of["progress"] == {
        "candidates_done": 0,
        "candidates_total": 3,
        "steps_done": 0,
        "steps_total": 12,
    }
    assert told_of["queue_position"] == 0
    assert told_of["events_url"] == f"{settings.PUBLIC_URL}/api/v1/requests/{row.pk}/events"
    assert [(each["index"], each["seed"], each["status"]) for each in told_of["candidates"]] == [
        (0, 7, "queued"),
        (1, 8, "queued"),
        (2, 9, "queued"),
    ]
    assert api.get(f"{URL}/{row.pk}").json() == told_of


def test_a_dry_run_tells_the_plan_and_creates_nothing(api: Api, body: dict[str, Any]) -> None:
    before = told()

    response = api.post(URL, body | {"dry_run": True})

    assert response.status_code == 200
    plan = response.json()
    assert plan["tags"]["subject"] == "robot"
    assert plan["prompt"]
    assert plan["cost"] == {"amount": 12, "unit": "image_steps"}
    assert plan["verdict"] == "pass"
    assert (GenerationRequest.objects.count(), Candidate.objects.count()) == (0, 0)
    assert told() == before


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"priority": "high"}, 422, "priority_above_maximum"),
        ({"continues": "00000000-0000-0000-0000-000000000000"}, 404, "request_not_found"),
    ],
)
def test_a_dry_run_refuses_what_the_call_itself_would(
    api: Api, body: dict[str, Any], asked: dict[str, Any], status: int, code: str
) -> None:
    for dry in (True, False):
        response = api.post(URL, body | asked | {"dry_run": dry})

        assert response.status_code == status
        told_of = response.json()
        assert code in (told_of["code"], *[each["code"] for each in told_of.get("errors", [])])
    assert GenerationRequest.objects.count() == 0


def test_a_cancelled_request_has_gone_no_further_than_it_came(
    api: Api, platform: ApiClient
) -> None:
    request = GenerationRequestFactory(
        brand=platform.brands.get(), client=platform, status="cancelled", steps=25
    )
    CandidateFactory(request=request, index=0, status="rendered", progress=25)
    CandidateFactory(request=request, index=1, status="cancelled", progress=7)
    CandidateFactory(request=request, index=2, status="cancelled", progress=0)

    assert api.get(f"{URL}/{request.pk}").json()["progress"] == {
        "candidates_done": 3,
        "candidates_total": request.candidate_count,
        "steps_done": 32,
        "steps_total": 25 * request.candidate_count,
    }


def test_a_prompt_that_is_refused_comes_back_with_its_findings(
    api: Api, body: dict[str, Any], moderation: Any
) -> None:
    evidence = {"field": "prompt", "start": 2, "end": 4}
    finding = FindingDraft("terms", "1", "violence", "block", evidence=evidence)
    moderation.screening = PromptScreening(Verdict.BLOCK, (finding,))
    before = told()

    response = api.post(URL, body)

    assert code_of(response) == (422, "prompt_rejected")
    assert response.json()["findings"] == [
        {
            "check": "terms",
            "version": "1",
            "category": "violence",
            "verdict": "block",
            "score": None,
            "threshold": None,
            "evidence": evidence,
        }
    ]
    assert body["prompt"] not in response.content.decode()
    assert GenerationRequest.objects.count() == 0
    assert told() == before


def test_a_prompt_in_doubt_is_held(api: Api, body: dict[str, Any], moderation: Any) -> None:
    moderation.screening = PromptScreening(Verdict.FLAG)

    response = api.post(URL, body)

    assert response.status_code == 202
    assert (response.json()["status"], response.json()["reason"]) == ("held", "prompt_in_doubt")
    assert response.json()["candidates"] == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bot": "unknown"}, "bot_not_found"),
        ({"bot": "theirs"}, "bot_not_found"),
        ({"style": "acme/unknown"}, "style_not_found"),
        ({"style": "acme/friendly-robots@2"}, "style_not_found"),
        ({"style": "rival/robots"}, "style_not_found"),
        ({"continues": "01890000-0000-7000-8000-000000000000"}, "request_not_found"),
    ],
)
def test_what_is_anothers_or_not_there_is_404(
    api: Api, body: dict[str, Any], other_brand: Brand, change: dict[str, Any], code: str
) -> None:
    BotFactory(
        brand=other_brand, client=ApiClientFactory(brands=[other_brand]), external_id="theirs"
    )
    StyleRevisionFactory(brand=other_brand, style__slug="robots")
    before = told()

    assert code_of(api.post(URL, body | change)) == (404, code)
    assert GenerationRequest.objects.count() == 0
    assert told() == before


def test_a_request_of_another_platform_cannot_be_continued(
    api: Api, body: dict[str, Any], brand: Brand
) -> None:
    theirs = GenerationRequestFactory(brand=brand, client=ApiClientFactory(brands=[brand]))

    response = api.post(URL, body | {"continues": str(theirs.pk)})

    assert code_of(response) == (404, "request_not_found")


def test_a_request_of_another_brand_is_not_continued(
    api: Api, platform: ApiClient, body: dict[str, Any], other_brand: Brand
) -> None:
    """Not by a platform of both brands, either."""
    platform.brands.add(other_brand)
    there = GenerationRequestFactory(bot=BotFactory(brand=other_brand, client=platform))

    response = api.post(URL, body | {"continues": str(there.pk)})

    assert code_of(response) == (404, "request_not_found")


def test_a_retired_revision_is_a_conflict(
    api: Api, body: dict[str, Any], style: StyleRevision
) -> None:
    StyleRevisionFactory(style=style.style, status="retired")

    response = api.post(URL, body | {"style": "acme/friendly-robots@2"})

    assert code_of(response) == (409, "revision_retired")


def test_a_priority_above_the_keys_is_refused(
    api: Api, body: dict[str, Any], platform: ApiClient
) -> None:
    response = api.post(URL, body | {"priority": "high"})

    assert code_of(response) == (422, "invalid_input")
    assert response.json()["errors"][0]["pointer"] == "/priority"
    assert response.json()["errors"][0]["code"] == "priority_above_maximum"
    ApiClient.objects.update(max_priority=2)
    assert api.post(URL, body | {"priority": "high"}).json()["priority"] == "high"


def test_reference_images_are_refused_and_not_ignored(
    api: Api, body: dict[str, Any], brand: Brand, platform: ApiClient
) -> None:
    image = ReferenceImageFactory(brand=brand, client=platform)
    reference = {"id": str(image.pk), "role": "image_prompt"}

    response = api.post(URL, body | {"reference_images": [reference]})

    assert code_of(response) == (422, "reference_role_unsupported")
    assert response.json()["errors"][0]["pointer"] == "/reference_images/0/role"
    assert GenerationRequest.objects.count() == 0


def test_drawing_starts_from_a_reference_image(
    api: Api, body: dict[str, Any], brand: Brand, platform: ApiClient
) -> None:
    image = ReferenceImageFactory(brand=brand, client=platform)
    reference = {"id": str(image.pk), "role": "img2img", "weight": 0.8}

    answer = api.post(URL, body | {"reference_images": [reference]})

    assert answer.status_code == 202
    assert answer.json()["reference_images"] == [reference]
    # One of four steps is walked, by each of three candidates.
    assert answer.json()["cost"] == {"amount": 3 * 1, "unit": "image_steps"}
    assert answer.json()["progress"]["steps_total"] == 3 * 1
    assert api.get(f"{URL}/{answer.json()['id']}").json() == answer.json()


def test_a_submission_reads_nothing_of_what_it_wrote(
    api: Api, body: dict[str, Any], style: StyleRevision
) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = api.post(URL, body, Idempotency_Key="one")

    assert response.status_code == 202
    read = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert len(read) >= 4
    for written in (GenerationRequest, RequestReference, Finding):
        assert not [sql for sql in read if written._meta.db_table in sql]
    # Candidates are counted, those of others.
    assert len([sql for sql in read if "avatars_candidate" in sql]) <= 1


def test_anothers_reference_image_is_not_there(
    api: Api, body: dict[str, Any], brand: Brand, other_brand: Brand
) -> None:
    for image in (
        ReferenceImageFactory(brand=other_brand),
        ReferenceImageFactory(brand=brand, client=ApiClientFactory(brands=[brand])),
    ):
        reference = {"id": str(image.pk), "role": "image_prompt"}
        response = api.post(URL, body | {"reference_images": [reference]})
        assert code_of(response) == (404, "reference_image_not_found")


@pytest.mark.parametrize(
    ("scope", "call"),
    [
        ("requests:read", "create"),
        ("requests:write", "list"),
        ("requests:write", "get"),
        ("requests:read", "cancel"),
        ("requests:read", "retry"),
        ("requests:write", "events"),
        ("requests:write", "generate"),
        ("bots:write", "generate"),
    ],
)
def test_a_key_without_the_scope_does_nothing(
    api_with: Any, body: dict[str, Any], bot: Bot, scope: str, call: str
) -> None:
    row = GenerationRequestFactory(bot=bot, status="queued")
    api = api_with(scope)
    before = told()
    response = {
        "create": lambda: api.post(URL, body),
        "list": lambda: api.get(URL),
        "get": lambda: api.get(f"{URL}/{row.pk}"),
        "cancel": lambda: api.post(f"{URL}/{row.pk}/cancel"),
        "retry": lambda: api.post(f"{URL}/{row.pk}/retry"),
        "events": lambda: api.get(f"{URL}/{row.pk}/events"),
        "generate": lambda: api.post("/api/generate", {"prompt": "x", "style": body["style"]}),
    }[call]()

    assert code_of(response) == (403, "missing_scope")
    assert list(GenerationRequest.objects.values_list("pk", "status")) == [(row.pk, "queued")]
    assert told() == before


@pytest.mark.parametrize("call", ["get", "cancel", "retry", "events"])
def test_anothers_request_is_not_there(api: Api, stranger: Api, bot: Bot, call: str) -> None:
    row = GenerationRequestFactory(bot=bot, status="queued")
    path = f"{URL}/{row.pk}" if call == "get" else f"{URL}/{row.pk}/{call}"
    before = told()

    response = stranger.get(path) if call in {"get", "events"} else stranger.post(path)

    assert code_of(response) == (404, "request_not_found")
    row.refresh_from_db()
    assert row.status == "queued"
    assert told() == before
    assert stranger.get(URL).json()["results"] == []


@pytest.mark.parametrize("role", ["viewer", "reviewer"])
def test_only_a_manager_asks_and_cancels(
    request: pytest.FixtureRequest, body: dict[str, Any], bot: Bot, role: str
) -> None:
    api = as_person(request.getfixturevalue(role))
    row = GenerationRequestFactory(bot=bot, status="queued")

    assert code_of(api.post(URL, body)) == (403, "role_required")
    assert code_of(api.post(f"{URL}/{row.pk}/cancel")) == (403, "role_required")
    assert code_of(api.post(f"{URL}/{row.pk}/retry")) == (403, "role_required")
    assert api.get(f"{URL}/{row.pk}").status_code == 200
    assert GenerationRequest.objects.count() == 1


def test_a_manager_asks_as_themselves(body: dict[str, Any], manager: User) -> None:
    response = as_person(manager).post(URL, body | {"priority": "high"})

    assert response.status_code == 202
    row = GenerationRequest.objects.get()
    assert (row.requested_by, row.client) == (manager, None)


def test_a_session_needs_the_csrf_token_to_write(body: dict[str, Any], manager: User) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(manager)
    sent = {"data": json.dumps(body), "content_type": "application/json"}

    refused = client.post(URL, **sent)
    client.get("/admin/login/")
    client.cookies["csrftoken"] = "a" * 32
    allowed = client.post(URL, **sent, headers={"X-CSRFToken": "a" * 32})

    assert code_of(refused) == (403, "csrf_failed")
    assert allowed.status_code == 202
    assert GenerationRequest.objects.count() == 1


def test_cancelling_is_answered_with_what_became_of_it(api: Api, body: dict[str, Any]) -> None:
    created = api.post(URL, body).json()

    response = api.post(f"{URL}/{created['id']}/cancel")

    assert response.status_code == 202
    assert response.json()["status"] == "cancelled"
    assert {each["status"] for each in response.json()["candidates"]} == {"cancelled"}


@pytest.mark.parametrize(
    ("status", "call"),
    [("approved", "cancel"), ("failed", "cancel"), ("queued", "retry"), ("cancelled", "retry")],
)
def test_what_the_state_forbids_is_409(api: Api, bot: Bot, status: str, call: str) -> None:
    row = GenerationRequestFactory(bot=bot, status=status)

    assert code_of(api.post(f"{URL}/{row.pk}/{call}")) == (409, "invalid_transition")
    row.refresh_from_db()
    assert row.status == status


def test_a_failed_request_can_be_tried_again(api: Api, bot: Bot) -> None:
    row = GenerationRequestFactory(bot=bot, status="failed", candidate_count=1)
    CandidateFactory(request=row, status="failed")

    response = api.post(f"{URL}/{row.pk}/retry")

    assert response.status_code == 202
    assert response.json()["status"] == "queued"


def test_filters_find_by_field(api: Api, bot: Bot, brand: Brand, platform: ApiClient) -> None:
    other = BotFactory(brand=brand, client=platform, external_id="other")
    a = GenerationRequestFactory(bot=bot, status="queued", external_id="t-1")
    b = GenerationRequestFactory(bot=bot, status="approved")
    c = GenerationRequestFactory(bot=other, status="queued")

    def found(query: str) -> list[str]:
        return [each["id"] for each in api.get(f"{URL}?{query}").json()["results"]]

    assert found("") == [str(c.pk), str(b.pk), str(a.pk)]
    assert found("status=queued") == [str(c.pk), str(a.pk)]
    assert found("bot=support-42") == [str(b.pk), str(a.pk)]
    assert found("external_id=t-1&status=queued") == [str(a.pk)]
    assert code_of(api.get(f"{URL}?status=nonsense")) == (422, "invalid_input")


def test_a_request_is_found_by_its_platforms_id_among_many(api: Api, bot: Bot) -> None:
    """A platform asks for one that it may have lost the answer to, before it asks again."""
    mine, *_others = [
        GenerationRequestFactory(bot=bot, status="approved", external_id=f"t-{number}")
        for number in range(60)
    ]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE avatars_generationrequest")
    with CaptureQueriesContext(connection) as captured:
        found = api.get(f"{URL}?external_id=t-0").json()["results"]
    assert [each["id"] for each in found] == [str(mine.pk)]
    [asked] = [each["sql"] for each in captured if "'t-0'" in each["sql"]]
    assert "request_by_external_id" in indexes_of(plan_of(asked))


@pytest.mark.parametrize("query", ["", "?status=failed", "?status=approved"])
def test_a_page_reads_no_more_of_a_long_history_than_it_shows(
    query: str, api: Api, bot: Bot
) -> None:
    # given: many other brands with next to nothing, so that an average says nothing of this one
    GenerationRequestFactory.create_batch(20)
    # and a history whose failures are the oldest: by the key all others would be read first
    first = GenerationRequestFactory(bot=bot, status="failed")
    for status, count in (("failed", 99), ("approved", 400)):
        GenerationRequest.objects.bulk_create(
            GenerationRequestFactory.build(
                bot=bot,
                requested_by=first.requested_by,
                style_revision=first.style_revision,
                status=status,
            )
            for _ in range(count)
        )
    with connection.cursor() as cursor:
        # What is joined to it, too, or what an earlier test left in the statistics decides.
        cursor.execute(
            "ANALYZE avatars_generationrequest, avatars_bot, accounts_brand, styles_style,"
            " styles_stylerevision, styles_basemodel, accounts_apiclient_brands"
        )
    # when
    with CaptureQueriesContext(connection) as captured:
        found = api.get(f"{URL}{query}").json()["results"]
    # then
    assert len(found) == 20
    [asked] = [each["sql"] for each in captured if "LIMIT 21" in each["sql"]]
    assert rows_read(asked, "avatars_generationrequest") <= 21


def test_a_picture_that_was_taken_down_is_no_longer_inlined(api: Api, bot: Bot) -> None:
    version = published(bot)
    path = f"{URL}/{version.candidate.request_id}?inline=base64"
    assert api.get(path).json()["candidates"][0]["image_base64"] is not None

    take_down(actor=SYSTEM, bot_id=bot.pk, reason="wrong logo")

    assert api.get(path).json()["candidates"][0]["image_base64"] is None


def test_previews_are_inlined_for_who_may_see_them(
    api: Api, api_with: Any, bot: Bot, platform: ApiClient
) -> None:
    candidate = candidate_with_picture(bot=bot)
    blocked = candidate_with_picture(request=candidate.request, verdict="block")
    path = f"{URL}/{candidate.request_id}"

    def shown(caller: Api, query: str) -> list[str | None]:
        return [each["image_base64"] for each in caller.get(path + query).json()["candidates"]]

    assert shown(api, "?inline=base64") == [base64.b64encode(png()).decode(), None]
    assert shown(api, "") == [None, None]
    assert shown(api_with("requests:read"), "?inline=base64") == [None, None]
    assert blocked.index == 1
    assert code_of(api.get(path + "?inline=hex")) == (422, "invalid_input")


def test_the_short_form_registers_a_bot_of_its_own(
    api: Api, style: StyleRevision, platform: ApiClient
) -> None:
    response = api.post("/api/generate", {"prompt": "a robot", "style": "acme/friendly-robots"})

    assert response.status_code == 202
    row = GenerationRequest.objects.get()
    assert response["Location"] == f"{settings.PUBLIC_URL}/api/v1/requests/{row.pk}"
    assert row.bot.client == platform
    assert row.bot.external_id.startswith("generated-")


def test_an_id_that_is_none_is_404(api: Api) -> None:
    assert code_of(api.get(f"{URL}/{uuid7()}")) == (404, "request_not_found")
    assert code_of(api.get(f"{URL}/not-an-id")) == (404, "not_found")
