"""A creating call that is sent twice creates once, whoever else is on the way meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from avatars.models import Bot, GenerationRequest
from brandhub.accounts.models import IdempotencyRecord, User
from brandhub.accounts.services import purge_idempotency_records
from brandhub.audit.models import AuditEvent
from styles.models import StyleRevision
from tests.api.conftest import Api, as_person, code_of, told
from tests.factories import ApiClientFactory, ApiKeyFactory, BotFactory
from tests.races import AtBoundary, InAnotherConnection, elsewhere, until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)

URL = "/api/v1/requests"


@pytest.fixture
def body(style: StyleRevision, platform: Any) -> dict[str, Any]:
    BotFactory(client=platform, brand=style.style.brand, external_id="support-42")
    return {"bot": "support-42", "style": "acme/friendly-robots", "prompt": "a robot", "seed": 1}


def test_the_same_call_again_is_answered_as_before(api: Api, body: dict[str, Any]) -> None:
    # given
    first = api.post(URL, body, Idempotency_Key="k-1")
    assert first.status_code == 202
    assert "Idempotency-Replayed" not in first
    before = told()
    # when
    again = api.post(URL, dict(reversed(body.items())), Idempotency_Key="k-1")
    # then
    assert again.status_code == 202
    assert again["Idempotency-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    assert again.json() == first.json()
    assert GenerationRequest.objects.count() == 1
    assert told() == before


@pytest.mark.parametrize(
    "change",
    [{"seed": 2}, {"prompt": "a robot "}, {"metadata": {}}],
)
def test_another_body_under_the_key_is_refused(
    api: Api, body: dict[str, Any], change: dict[str, Any]
) -> None:
    api.post(URL, body, Idempotency_Key="k-1")

    response = api.post(URL, body | change, Idempotency_Key="k-1")

    assert code_of(response) == (422, "idempotency_key_reused")
    assert GenerationRequest.objects.count() == 1


def test_another_path_under_the_key_is_refused(api: Api, body: dict[str, Any]) -> None:
    created = api.post(URL, body, Idempotency_Key="k-1").json()

    response = api.post(f"{URL}/{created['id']}/cancel", body, Idempotency_Key="k-1")

    assert code_of(response) == (422, "idempotency_key_reused")
    assert GenerationRequest.objects.get().status == "queued"


def test_keys_of_different_callers_are_different_keys(
    api: Api, body: dict[str, Any], style: StyleRevision
) -> None:
    brand = style.style.brand
    other = ApiClientFactory(brands=[brand])
    BotFactory(client=other, brand=brand, external_id="support-42")
    first = api.post(URL, body, Idempotency_Key="k-1").json()

    second = Api(ApiKeyFactory(client=other).secret).post(URL, body, Idempotency_Key="k-1")

    assert second.status_code == 202
    assert second.json()["id"] != first["id"]


def test_a_persons_key_is_theirs(body: dict[str, Any], manager: User) -> None:
    api = as_person(manager)
    first = api.post(URL, body, Idempotency_Key="k-1")
    second = api.post(URL, body, Idempotency_Key="k-1")

    assert first.status_code == 202
    assert second.json() == first.json()
    record = IdempotencyRecord.objects.get()
    assert (record.user, record.client) == (manager, None)


def test_a_failure_is_not_kept(api: Api, body: dict[str, Any]) -> None:
    refused = api.post(URL, body | {"style": "acme/unknown"}, Idempotency_Key="k-1")
    assert code_of(refused) == (404, "style_not_found")
    assert IdempotencyRecord.objects.count() == 0

    assert api.post(URL, body, Idempotency_Key="k-1").status_code == 202


@pytest.mark.parametrize("text", ["", " ", "ä", "x" * 256, "a b"])
def test_a_key_that_is_no_key_is_refused(api: Api, body: dict[str, Any], text: str) -> None:
    response = api.post(URL, body, Idempotency_Key=text)

    assert code_of(response) == (422, "idempotency_key_invalid")
    assert GenerationRequest.objects.count() == 0


def test_after_a_day_the_key_is_free_again(api: Api, body: dict[str, Any]) -> None:
    first = api.post(URL, body, Idempotency_Key="k-1").json()
    yesterday = timezone.now() - timedelta(hours=24, seconds=1)
    IdempotencyRecord.objects.update(created_at=yesterday)

    second = api.post(URL, body | {"seed": 2}, Idempotency_Key="k-1")

    assert second.status_code == 202
    assert second.json()["id"] != first["id"]
    assert IdempotencyRecord.objects.get().created_at > yesterday


def test_old_answers_are_purged_and_young_ones_kept(api: Api, body: dict[str, Any]) -> None:
    api.post(URL, body, Idempotency_Key="old")
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    api.post(URL, body, Idempotency_Key="young")

    assert purge_idempotency_records() == 1
    assert list(IdempotencyRecord.objects.values_list("key", flat=True)) == ["young"]


def test_object_and_answer_commit_together(api: Api, body: dict[str, Any]) -> None:
    """A process that dies before the commit leaves neither."""

    class Killed(BaseException):
        pass

    def die() -> None:
        raise Killed

    with AtBoundary("idempotency.before_commit", die), pytest.raises(Killed):
        api.post(URL, body, Idempotency_Key="k-1")

    assert GenerationRequest.objects.count() == 0
    assert IdempotencyRecord.objects.count() == 0
    assert AuditEvent.objects.count() == 0
    assert api.post(URL, body, Idempotency_Key="k-1").status_code == 202


def test_a_twin_waits_and_gets_the_same_answer(api: Api, body: dict[str, Any]) -> None:
    """The twin comes while the first is about to commit, and the first commits then."""
    twin = InAnotherConnection(lambda: api.post(URL, body, Idempotency_Key="k-1"))

    def let_the_twin_come() -> None:
        twin.start()
        until_somebody_waits()

    with AtBoundary("idempotency.before_commit", let_the_twin_come):
        first = api.post(URL, body, Idempotency_Key="k-1")
    second = twin.finish()

    assert first.status_code == second.status_code == 202
    assert second["Idempotency-Replayed"] == "true"
    assert second.json() == first.json()
    assert GenerationRequest.objects.count() == 1


def test_a_twin_of_a_failure_does_the_work(api: Api, body: dict[str, Any]) -> None:
    """The first rolls back while the twin waits; the twin finds nothing stored and goes on."""
    twin = InAnotherConnection(lambda: api.post(URL, body, Idempotency_Key="k-1"))

    class Killed(BaseException):
        pass

    def let_the_twin_come_and_die() -> None:
        twin.start()
        until_somebody_waits()
        raise Killed

    with (
        AtBoundary("idempotency.before_commit", let_the_twin_come_and_die),
        pytest.raises(Killed),
    ):
        api.post(URL, body, Idempotency_Key="k-1")
    second = twin.finish()

    assert second.status_code == 202
    assert "Idempotency-Replayed" not in second
    assert GenerationRequest.objects.count() == 1


def test_a_twin_that_waited_two_seconds_is_told_to_come_back(
    api: Api, body: dict[str, Any]
) -> None:
    answers: list[Any] = []

    def send_the_twin() -> None:
        answers.append(elsewhere(lambda: api.post(URL, body, Idempotency_Key="k-1")))

    with AtBoundary("idempotency.before_commit", send_the_twin):
        first = api.post(URL, body, Idempotency_Key="k-1")

    assert first.status_code == 202
    assert code_of(answers[0]) == (409, "idempotency_in_progress")
    assert answers[0]["Retry-After"] == "1"
    assert GenerationRequest.objects.count() == 1


def test_without_a_key_every_call_creates(api: Api, body: dict[str, Any]) -> None:
    assert api.post(URL, body).status_code == 202
    assert api.post(URL, body).status_code == 202

    assert GenerationRequest.objects.count() == 2
    assert IdempotencyRecord.objects.count() == 0


def test_a_refused_short_form_leaves_no_bot_behind(
    api: Api, style: StyleRevision, moderation: Any
) -> None:
    from avatars.hooks import PromptScreening
    from avatars.states import Verdict

    moderation.screening = PromptScreening(Verdict.BLOCK)
    response = api.post("/api/generate", {"prompt": "a robot", "style": "acme/friendly-robots"})

    assert code_of(response) == (422, "prompt_rejected")
    assert Bot.objects.count() == 0
    assert AuditEvent.objects.count() == 0
