"""Reviewing over the API: by persons, with the service's rules as status codes."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from avatars.models import AvatarVersion
from brandhub.accounts.models import Role
from brandhub.audit.record import Actor
from moderation.models import CaseComment, Decision
from moderation.policies.rules import Stage
from moderation.services import claim_case
from tests.api.conftest import Api, as_person, code_of
from tests.factories import ApiKeyFactory, FindingFactory
from tests.moderation.test_reviewing import everything

pytestmark = pytest.mark.django_db

URL = "/api/v1/reviews"


def shown(candidate: Any) -> dict[str, str]:
    return {"candidate_id": str(candidate.pk), "pixel_sha256": candidate.pixel_sha256}


def test_a_reviewer_takes_a_case_from_the_queue_to_a_published_avatar(in_review, reviewer):
    # given
    case = in_review()
    candidate = case.request.candidates.get(index=1)
    FindingFactory(candidate=candidate, check_name="palette_distance", verdict="flag")
    FindingFactory(request=case.request, candidate=None, check_name="prohibited_content")
    api = as_person(reviewer)

    # when: the queue
    [listed] = api.get(URL).json()["results"]
    # then
    assert (listed["id"], listed["kind"], listed["status"]) == (str(case.pk), "image", "open")
    assert listed["verdicts"] == ["pass", "pass"]
    assert (listed["claimed_by"], listed["is_own"]) == (None, False)

    # when: the claim
    claimed = api.post(f"{URL}/{case.pk}/claim")
    # then
    assert claimed.status_code == 200
    assert claimed.json()["claimed_by"] == {"id": str(reviewer.pk), "name": reviewer.username}

    # when: the case
    detail = api.get(listed["url"]).json()
    # then
    assert detail["request"]["prompt"] == case.request.prompt
    assert [each["check"] for each in detail["prompt_findings"]] == ["prohibited_content"]
    assert detail["candidates"][0]["findings"] == []
    assert detail["candidates"][1]["findings"][0]["check"] == "palette_distance"
    assert detail["candidates"][1]["image_url"].endswith(f"/candidates/{candidate.pk}/image")

    # when: the decision
    answer = api.post(
        f"{URL}/{case.pk}/approve",
        {
            "candidate_id": detail["candidates"][1]["id"],
            "pixel_sha256": detail["candidates"][1]["pixel_sha256"],
            "comment": "Just right.",
        },
    )
    # then
    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["request"]["status"]) == ("approved", "approved")
    assert [each["status"] for each in body["candidates"]] == ["not_selected", "approved"]
    assert [(each["action"], each["comment"]) for each in body["decisions"]] == [
        ("approve", "Just right.")
    ]
    assert AvatarVersion.objects.get().candidate == candidate
    assert api.get(URL).json()["results"] == []


@pytest.mark.parametrize(
    ("action", "body", "status", "request_status"),
    [
        ("reject", {"reason_codes": ["off_brand"]}, "rejected", "declined"),
        ("request-changes", {"comment": "Rounder ears."}, "changes_requested", "changes_requested"),
    ],
)
def test_saying_no(in_review, reviewer, action, body, status, request_status):
    case = in_review()
    answer = as_person(reviewer).post(f"{URL}/{case.pk}/{action}", body)
    assert answer.status_code == 200
    assert answer.json()["status"] == status
    assert answer.json()["request"]["status"] == request_status


def test_a_held_requirement_is_let_through(held, reviewer):
    case = held()
    answer = as_person(reviewer).post(f"{URL}/{case.pk}/approve", {})
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["request"]["status"]) == ("approved", "queued")


def test_a_claimed_case_is_released(in_review, reviewer):
    case = in_review()
    api = as_person(reviewer)
    api.post(f"{URL}/{case.pk}/claim")
    answer = api.post(f"{URL}/{case.pk}/release")
    assert (answer.status_code, answer.json()["status"]) == (200, "open")
    assert answer.json()["claimed_by"] is None


def test_a_comment_is_added(in_review, reviewer):
    case = in_review()
    answer = as_person(reviewer).post(f"{URL}/{case.pk}/comment", {"text": "Look at the ears."})
    assert answer.status_code == 201
    assert (answer.json()["text"], answer.json()["author"]["id"]) == (
        "Look at the ears.",
        str(reviewer.pk),
    )
    assert CaseComment.objects.get().case == case


BODIES = {
    "claim": None,
    "release": None,
    "approve": {},
    "reject": {"reason_codes": ["other"]},
    "request-changes": {"comment": "Rounder."},
    "reword": {"comment": "Rounder.", "prompt": "a round robot"},
    "comment": {"text": "Look."},
}


@pytest.mark.parametrize("action", BODIES)
def test_a_clients_key_can_do_none_of_it(in_review, platform, action):
    # given: every scope there is, in the right brand
    case = in_review(client=platform)
    api = Api(ApiKeyFactory(client=platform).secret)
    before = everything()
    # when, then
    assert code_of(api.post(f"{URL}/{case.pk}/{action}", BODIES[action])) == (
        403,
        "person_required",
    )
    assert code_of(api.get(URL)) == (403, "person_required")
    assert code_of(api.get(f"{URL}/{case.pk}")) == (403, "person_required")
    assert everything() == before


@pytest.mark.parametrize(
    ("action", "values", "status", "code"),
    [
        ("approve", {"pixel_sha256": "0" * 64}, 409, "pixels_changed"),
        ("approve", {"candidate_id": None}, 422, "invalid_input"),
        ("approve", {"candidate_id": "not-an-id"}, 422, "invalid_input"),
        ("approve", {"pixel_sha256": "xyz"}, 422, "invalid_input"),
        ("approve", {"override": "yes"}, 422, "invalid_input"),
        ("approve", {"override": True}, 422, "comment_required"),
        ("approve", {"unheard_of": 1}, 422, "invalid_input"),
        ("reject", {"reason_codes": []}, 422, "invalid_input"),
        ("reject", {"reason_codes": ["ugly"]}, 422, "invalid_input"),
        ("reject", {"reason_codes": "other"}, 422, "invalid_input"),
        ("reject", {"comment": "x" * 2001}, 422, "invalid_input"),
        ("request-changes", {"comment": ""}, 422, "invalid_input"),
        ("request-changes", {"comment": "   "}, 422, "invalid_input"),
        ("reword", {"comment": ""}, 422, "invalid_input"),
        ("reword", {"prompt": ""}, 422, "invalid_input"),
        ("reword", {"prompt": "x" * 2001}, 422, "invalid_input"),
        ("reword", {"prompt": "a naked woman"}, 422, "prompt_rejected"),
        ("reword", {"tags": {"no-such": "tag"}}, 422, "unknown_tag"),
        ("reword", {"candidates": 2}, 422, "invalid_input"),
        ("comment", {"text": ""}, 422, "invalid_input"),
        ("comment", {"text": "\u0000"}, 400, "nul_character"),
    ],
)
def test_what_is_wrong_is_named_and_changes_nothing(
    in_review, reviewer, colleague, action, values, status, code
):
    # given
    case = in_review()
    body = (BODIES[action] or {}) | values
    if action == "approve":
        body = shown(case.request.candidates.first()) | values
    before = everything()
    # when
    answer = as_person(reviewer).post(f"{URL}/{case.pk}/{action}", body)
    # then
    assert code_of(answer) == (status, code), answer.content
    assert everything() == before


def test_another_ones_claim_is_a_conflict_that_says_until_when(in_review, reviewer, colleague):
    case = in_review()
    claim_case(actor=Actor.person(colleague), user=colleague, case_id=case.pk)
    answer = as_person(reviewer).post(f"{URL}/{case.pk}/claim")
    assert code_of(answer) == (409, "case_claimed")
    assert answer.json()["claimed_until"].endswith("+00:00")


def test_ones_own_request_is_refused_and_marked(in_review, requester):
    case = in_review()
    api = as_person(requester)
    assert [each["is_own"] for each in api.get(URL).json()["results"]] == [True]
    assert api.get(f"{URL}?without_own=true").json()["results"] == []
    answer = api.post(f"{URL}/{case.pk}/approve", shown(case.request.candidates.first()))
    assert code_of(answer) == (403, "own_request")
    assert not Decision.objects.exists()


def test_the_queue_is_cut_into_pages_and_filtered(in_review, held, reviewer):
    cases = [in_review() for _ in range(3)]
    prompt = held()
    api = as_person(reviewer)
    first = api.get(f"{URL}?page_size=2").json()
    second = api.get(first["next"]).json()
    assert [each["id"] for each in first["results"] + second["results"]] == [
        str(each.pk) for each in (prompt, *reversed(cases))
    ]
    assert second["next"] is None
    assert [each["id"] for each in api.get(f"{URL}?kind=prompt").json()["results"]] == [
        str(prompt.pk)
    ]
    of_one = api.get(f"{URL}?request={cases[0].request_id}").json()["results"]
    assert [each["id"] for each in of_one] == [str(cases[0].pk)]
    assert api.get(f"{URL}?brand=rival").json()["results"] == []
    assert api.get(f"{URL}?mine=true").json()["results"] == []
    assert api.get(f"{URL}?status=approved").json()["results"] == []
    assert code_of(api.get(f"{URL}?status=unheard_of")) == (422, "invalid_input")
    assert code_of(api.get(f"{URL}?order=name")) == (422, "invalid_input")


def test_a_decision_sent_again_with_its_key_is_answered_as_before(in_review, reviewer):
    # given
    case = in_review()
    api = as_person(reviewer)
    body = shown(case.request.candidates.first())
    first = api.post(f"{URL}/{case.pk}/approve", body, Idempotency_Key="once")
    # when
    again = api.post(f"{URL}/{case.pk}/approve", body, Idempotency_Key="once")
    # then
    assert (again.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert again.json() == first.json()
    assert code_of(api.post(f"{URL}/{case.pk}/approve", body)) == (409, "case_closed")
    assert Decision.objects.count() == 1


def test_a_session_decides_only_with_its_csrf_token(in_review, reviewer):
    # given
    case = in_review()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(reviewer)
    before = everything()
    # when
    answer = browser.post(f"{URL}/{case.pk}/claim", content_type="application/json")
    # then
    assert code_of(answer) == (403, "csrf_failed")
    assert everything() == before
    assert browser.get(f"{URL}/{case.pk}").status_code == 200


def test_a_request_is_drawn_again_in_the_reviewers_words(in_review, reviewer, colleague, requester):
    # given
    case = in_review(candidates=3)
    api = as_person(reviewer)
    body = {
        "comment": "Calmer, please.",
        "reason_codes": ["wrong_features"],
        "prompt": "a calm robot with a hat",
        "tags": {"background": "blue"},
        "negative_prompt": "glasses",
    }
    # when: sent twice with one key
    first = api.post(f"{URL}/{case.pk}/reword", body, Idempotency_Key="once")
    again = api.post(f"{URL}/{case.pk}/reword", body, Idempotency_Key="once")
    # then: one new request, which continues the old one
    made = first.json()
    assert (first.status_code, again.json()) == (201, made)
    assert first["Location"].endswith(f"/requests/{made['id']}")
    assert (made["prompt"], made["negative_prompt"]) == ("a calm robot with a hat", "glasses")
    assert (made["tags"]["background"], made["tags"]["headwear"]) == ("blue", "hat")
    assert (made["continues"], made["status"]) == (str(case.request_id), "queued")
    assert len(made["candidates"]) == 3
    closed = api.get(f"{URL}/{case.pk}").json()
    assert (closed["status"], closed["request"]["status"]) == (
        "changes_requested",
        "changes_requested",
    )
    assert [each["comment"] for each in closed["decisions"]] == ["Calmer, please."]
    assert Decision.objects.count() == 1


def test_where_nobody_else_could_review_the_words_nothing_is_done(in_review, reviewer, requester):
    case = in_review()
    before = everything()
    answer = as_person(reviewer).post(f"{URL}/{case.pk}/reword", BODIES["reword"])
    assert code_of(answer) == (409, "no_other_reviewer")
    assert everything() == before


DELEGATIONS = "/api/v1/review-delegations"


def in_days(days: int) -> str:
    return (timezone.now() + timedelta(days=days)).isoformat()


def test_a_duty_is_handed_on_and_taken_back(staged, reviewer, manager):
    # given: a case that is the managers'
    case = staged([Stage(role=Role.MANAGER)])
    giver, taker = as_person(manager), as_person(reviewer)
    refusal = taker.post(f"{URL}/{case.pk}/claim")
    assert code_of(refusal) == (403, "stage_role_required")
    # when
    body = {"brand": "acme", "delegate_id": str(reviewer.pk), "until": in_days(7)}
    answer = giver.post(DELEGATIONS, body, Idempotency_Key="once")
    # then: both see it, and the colleague may decide
    assert answer.status_code == 201
    given = answer.json()
    assert given["brand"] == "acme"
    assert given["delegator"] == {"id": str(manager.pk), "name": manager.username}
    assert given["delegate"] == {"id": str(reviewer.pk), "name": reviewer.username}
    for api in (giver, taker):
        assert api.get(DELEGATIONS).json()["results"] == [given]
        assert api.get(f"{DELEGATIONS}?brand=acme").json()["results"] == [given]
        assert api.get(f"{DELEGATIONS}?brand=rival").json()["results"] == []
    assert giver.post(DELEGATIONS, body, Idempotency_Key="once").json() == given
    assert taker.post(f"{URL}/{case.pk}/claim").status_code == 200
    assert taker.post(f"{URL}/{case.pk}/release").status_code == 200
    # when: taken back, by who gave it alone, once or twice
    assert code_of(taker.send("DELETE", f"{DELEGATIONS}/{given['id']}")) == (404, "not_found")
    for _ in range(2):
        assert giver.send("DELETE", f"{DELEGATIONS}/{given['id']}").status_code == 204
    # then
    assert giver.get(DELEGATIONS).json()["results"] == []
    refusal = taker.post(f"{URL}/{case.pk}/claim")
    assert code_of(refusal) == (403, "stage_role_required")


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"delegate_id": "nobody"}, "/delegate_id"),
        ({"delegate_id": "viewer"}, "/delegate_id"),
        ({"delegate_id": "manager"}, "/delegate_id"),
        ({"until": -1}, "/until"),
        ({"until": 91}, "/until"),
        ({"until": "tomorrow"}, "/until"),
        ({"until": None}, "/until"),
        ({"since": "2026-01-01T00:00:00Z"}, "/since"),
    ],
)
def test_a_duty_that_cannot_be_handed_on_so_changes_nothing(
    reviewer, manager, viewer, values, pointer
):
    people = {"viewer": viewer, "manager": manager}
    body = {"brand": "acme", "delegate_id": str(reviewer.pk), "until": in_days(1)} | values
    if body["delegate_id"] in people:
        body["delegate_id"] = str(people[body["delegate_id"]].pk)
    if isinstance(body["until"], int):
        body["until"] = in_days(body["until"])
    before = everything()
    answer = as_person(manager).post(DELEGATIONS, body)
    assert code_of(answer) == (422, "invalid_input")
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert everything() == before


def test_who_has_no_duty_in_a_brand_hands_on_none(reviewer, viewer, stranger):
    body = {"brand": "acme", "delegate_id": str(reviewer.pk), "until": in_days(1)}
    assert code_of(as_person(viewer).post(DELEGATIONS, body)) == (403, "role_required")
    assert code_of(as_person(stranger).post(DELEGATIONS, body)) == (404, "brand_not_found")
