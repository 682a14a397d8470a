"""Policies: drafted, changed, published, in force, and recorded on whatever follows them."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from avatars.models import AvatarVersion, GenerationRequest
from avatars.services import submit_request, take_down
from brandhub.accounts.models import Role
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import Actor
from brandhub.common.errors import Conflict, InvalidInput, InvalidTransition, NotFound
from moderation.checks.contract import CheckResult
from moderation.models import Decision, Finding, ReviewCase, ReviewPolicy, ScreeningRun
from moderation.policies.catalogue import CATALOGUE
from moderation.policies.rules import DEFAULT_RULES, CheckRule, Stage
from moderation.queue import screening_queue
from moderation.services import (
    change_policy,
    claim_screening,
    discard_policy,
    draft_policy,
    finish_screening,
    publish_policy,
)
from moderation.services.cases import open_case
from moderation.services.policies import policy_in_force
from moderation.states import CaseKind, CheckMode, FindingVerdict
from tests.factories import (
    AvatarVersionFactory,
    BotFactory,
    FindingFactory,
    ReviewPolicyFactory,
    StyleRevisionFactory,
    member,
)
from tests.moderation.conftest import scene
from tests.moderation.test_reviewing import everything
from tests.races import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(brand, manager, reviewer, colleague):
    """Enough of them for two approvals."""
    return Actor.person(manager)


def draft(brand, actor, **values):
    made = draft_policy(actor=actor, brand_id=brand.pk)
    if values:
        change(actor, made, **values)
    return made


def change(actor, policy, **values):
    return change_policy(
        actor=actor,
        policy_id=policy.pk,
        **{
            "checks": DEFAULT_RULES.checks,
            "stages": DEFAULT_RULES.stages,
            "auto_approve": False,
            **values,
        },
    )


def test_every_brand_begins_with_one_stage_and_one_approval(brand):
    policy = policy_in_force(brand.pk)
    assert (policy.number, policy.status, policy.rules) == (1, "current", DEFAULT_RULES)
    assert policy.rules.stages == (Stage(role=Role.REVIEWER, approvals=1, claim_minutes=30),)
    assert policy_in_force(brand.pk) == policy
    assert AuditEvent.objects.get(object_id=policy.pk).action == "review_policy.published"


@pytest.mark.django_db(transaction=True)
def test_two_who_need_the_first_policy_at_once_get_the_same(brand):
    first, second = together(lambda: policy_in_force(brand.pk), lambda: policy_in_force(brand.pk))
    assert first == second == ReviewPolicy.objects.get()
    assert AuditEvent.objects.filter(action="review_policy.published").count() == 1


def test_a_draft_says_what_is_in_force_and_publishing_supersedes_it(brand, people, manager):
    # given
    stages = [Stage("Look", approvals=1), Stage("Brand", Role.MANAGER, 1, 60, 24)]
    member(brand, Role.MANAGER)
    made = draft(brand, people, stages=stages, note="Four eyes.")
    assert (made.number, made.status) == (2, "draft")
    assert policy_in_force(brand.pk).number == 1
    # when
    published = publish_policy(actor=people, user=manager, policy_id=made.pk)
    # then
    assert policy_in_force(brand.pk) == published
    assert published.rules.stages == tuple(stages)
    assert (published.published_by, published.note) == (manager, "Four eyes.")
    assert ReviewPolicy.objects.get(number=1).status == "superseded"
    actions = AuditEvent.objects.filter(action__startswith="review_policy").order_by("pk")
    assert [each.action.partition(".")[2] for each in actions] == [
        "published",
        "drafted",
        "changed",
        "published",
    ]
    assert actions.last().data["superseded"] == 1


def test_an_old_version_comes_back_as_a_new_one(brand, people, manager):
    made = draft(brand, people, stages=[Stage(approvals=2)])
    publish_policy(actor=people, user=manager, policy_id=made.pk)
    first = ReviewPolicy.objects.get(number=1)
    again = draft_policy(actor=people, brand_id=brand.pk, source_id=first.pk)
    assert (again.number, again.stages) == (3, first.stages)


def test_there_is_one_draft_and_it_can_be_discarded(brand, people):
    made = draft(brand, people)
    before = everything()
    with pytest.raises(Conflict) as caught:
        draft(brand, people)
    assert caught.value.error_code == "policy_draft_exists"
    assert everything() == before
    discard_policy(actor=people, policy_id=made.pk)
    assert draft(brand, people).number == 2


def test_a_published_policy_is_neither_changed_nor_published_again_nor_discarded(
    brand, people, manager
):
    policy = policy_in_force(brand.pk)
    before = everything()
    for deed, error in (
        (lambda: change(people, policy), "policy_frozen"),
        (lambda: discard_policy(actor=people, policy_id=policy.pk), "policy_frozen"),
        (
            lambda: publish_policy(actor=people, user=manager, policy_id=policy.pk),
            "invalid_transition",
        ),
    ):
        with pytest.raises((Conflict, InvalidTransition)) as caught:
            deed()
        assert caught.value.error_code == error
    assert everything() == before


def test_the_database_keeps_what_was_published(brand):
    policy = policy_in_force(brand.pk)
    for values in ({"stages": []}, {"checks": {}}, {"auto_approve": True}, {"note": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ReviewPolicy.objects.filter(pk=policy.pk).update(**values)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewPolicy.objects.filter(pk=policy.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewPolicyFactory(brand=brand)
    assert policy_in_force(brand.pk).rules == DEFAULT_RULES


def test_a_policy_without_an_eligible_second_reviewer_is_refused(brand, manager, reviewer):
    # given two people, one of whom asks
    actor = Actor.person(manager)
    made = draft(brand, actor, stages=[Stage(approvals=2)])
    before = everything()
    # when
    with pytest.raises(Conflict) as caught:
        publish_policy(actor=actor, user=manager, policy_id=made.pk)
    # then
    assert caught.value.error_code == "too_few_reviewers"
    assert caught.value.extra == {"needed": 2, "available": 1, "role": "reviewer"}
    assert manager.username in caught.value.detail
    assert everything() == before
    # when there is another one
    member(brand, Role.REVIEWER)
    assert publish_policy(actor=actor, user=manager, policy_id=made.pk).status == "current"


@pytest.mark.parametrize(
    ("values", "pointer", "code"),
    [
        ({"checks": {"mood": CheckRule(CheckMode.FLAG)}}, "/checks/mood", "unknown_check"),
        (
            {"checks": {"prohibited_content": CheckRule(CheckMode.OFF)}},
            "/checks/prohibited_content/mode",
            "mode_not_possible",
        ),
        (
            {"checks": {"broken_image": CheckRule(CheckMode.OFF)}},
            "/checks/broken_image/mode",
            "mode_not_possible",
        ),
        (
            {"checks": {"palette_distance": CheckRule(CheckMode.GRADED)}},
            "/checks/palette_distance/mode",
            "mode_not_possible",
        ),
        (
            {"checks": {"palette_distance": CheckRule(CheckMode.FLAG, 1.5)}},
            "/checks/palette_distance/threshold",
            "out_of_bounds",
        ),
        (
            {"checks": {"forbidden_terms": CheckRule(CheckMode.FLAG, 0.5)}},
            "/checks/forbidden_terms/threshold",
            "no_threshold",
        ),
        (
            {"checks": {"nudity": CheckRule(CheckMode.GRADED, 0.9, 0.5)}},
            "/checks/nudity/block_threshold",
            "below_threshold",
        ),
        ({"stages": []}, "/stages", "stage_count"),
        ({"stages": [Stage()] * 11}, "/stages", "stage_count"),
        ({"stages": [Stage(role=Role.VIEWER)]}, "/stages/0/role", "unknown_role"),
        ({"stages": [Stage(), Stage(approvals=0)]}, "/stages/1/approvals", "out_of_bounds"),
        ({"stages": [Stage(claim_minutes=0)]}, "/stages/0/claim_minutes", "out_of_bounds"),
        ({"stages": [Stage(age_limit_hours=0)]}, "/stages/0/age_limit_hours", "out_of_bounds"),
        ({"stages": [Stage("x" * 61)]}, "/stages/0/name", "too_long"),
        ({"note": "x" * 501}, "/note", "too_long"),
    ],
)
def test_what_no_policy_may_say(brand, people, values, pointer, code):
    made = draft(brand, people)
    before = everything()
    with pytest.raises(InvalidInput) as caught:
        change(people, made, **values)
    assert [(each.pointer, each.code) for each in caught.value.errors] == [(pointer, code)]
    assert everything() == before


def test_what_is_not_there_is_not_found(brand, people, manager, stranger):
    other = policy_in_force(stranger.memberships.get().brand_id)
    with pytest.raises(NotFound):
        draft_policy(actor=people, brand_id=brand.pk, source_id=other.pk)
    for deed in (
        lambda: change(people, brand),
        lambda: discard_policy(actor=people, policy_id=brand.pk),
        lambda: publish_policy(actor=people, user=manager, policy_id=brand.pk),
        lambda: draft_policy(actor=people, brand_id=manager.pk),
    ):
        with pytest.raises(NotFound):
            deed()


# --- What follows a policy -------------------------------------------------------------------


def screen(request, **own):
    """Finish the screenings of ``request``: every check says pass but for ``own``."""
    while run := claim_screening(holder="test"):
        results = [
            CheckResult(
                check.name,
                "1",
                "quality",
                FindingVerdict(own.get(check.name, "pass")),
                score=None,
            )
            for check in CATALOGUE
            if check.subject == CaseKind.IMAGE and not run.rules.is_off(check.name)
        ]
        finish_screening(
            candidate=run.candidate, lease=screening_queue().lease_of(run), results=results
        )
    request.refresh_from_db()


def say_of_prompt(request, **own):
    for check in CATALOGUE:
        if check.subject == CaseKind.PROMPT:
            FindingFactory(
                request=request,
                candidate=None,
                check_name=check.name,
                verdict=own.get(check.name, "pass"),
            )


def test_verdicts_are_those_of_the_policy_and_name_it(brand, being_screened):
    # given a policy that blocks what the check flags
    policy = ReviewPolicyFactory(
        brand=brand, rules={"palette_distance": CheckRule(CheckMode.BLOCK)}
    )
    request = being_screened(scene())
    # when
    screen(request, palette_distance="flag")
    # then
    assert request.candidates.get().verdict == "block"
    finding = Finding.objects.get(check_name="palette_distance")
    assert (finding.verdict, finding.own_verdict, finding.policy) == ("block", "flag", policy)
    assert ScreeningRun.objects.get().policy == policy
    assert ReviewCase.objects.get().policy == policy


def test_pictures_are_judged_by_the_policy_that_was_in_force_when_they_came(
    brand, being_screened, people, manager
):
    request = being_screened(scene())
    made = draft(
        brand,
        people,
        checks={**DEFAULT_RULES.checks, "palette_distance": CheckRule(CheckMode.BLOCK)},
    )
    publish_policy(actor=people, user=manager, policy_id=made.pk)
    screen(request, palette_distance="flag")
    assert request.candidates.get().verdict == "flag"
    assert Finding.objects.get(check_name="palette_distance").policy.number == 1


def test_a_requirement_is_judged_by_the_policy(brand, requester):
    # given
    brand.protected_names = ["Blue Mouse"]
    brand.save()
    policy = ReviewPolicyFactory(
        brand=brand,
        rules={
            "protected_names": CheckRule(CheckMode.OFF),
            "forbidden_terms": CheckRule(CheckMode.FLAG),
        },
    )

    def submit(prompt):
        return submit_request(
            actor=Actor.person(requester),
            requested_by=requester,
            bot=BotFactory(brand=brand),
            style_revision=StyleRevisionFactory(brand=brand),
            prompt=prompt,
        )

    # when, then: what is off has no say
    request = submit("a robot like Blue Mouse")
    assert request.status == "queued"
    assert not request.findings.filter(check_name="protected_names").exists()
    assert {each.policy for each in request.findings.all()} == {policy}
    # when, then: what blocked is held
    brand.forbidden_terms = ["rival"]
    brand.save()
    request = submit("a robot of rival")
    assert request.status == "held"
    finding = request.findings.get(check_name="forbidden_terms")
    assert (finding.verdict, finding.own_verdict) == ("flag", "block")
    assert ReviewCase.objects.get().policy == policy


@pytest.fixture
def automatic(brand):
    """A policy under which clean pictures need nobody."""
    return ReviewPolicyFactory(brand=brand, auto_approve=True)


def test_a_clean_picture_is_approved_by_the_policy(brand, automatic, being_screened):
    # given
    request = being_screened(scene(1), scene(2))
    say_of_prompt(request)
    # when
    screen(request)
    # then
    assert request.status == "approved"
    case, decision = ReviewCase.objects.get(), Decision.objects.get()
    assert (case.status, case.claimed_by) == ("approved", None)
    assert (decision.reviewer, decision.policy, decision.action) == (None, automatic, "approve")
    chosen = request.candidates.get(index=0)
    assert decision.pixel_sha256 == chosen.pixel_sha256
    version = AvatarVersion.objects.get()
    assert (version.candidate, version.decision_id) == (chosen, decision.pk)
    assert version.decision["reviewer"] is None
    assert version.decision["policy"] == {"id": str(automatic.pk), "number": automatic.number}
    event = AuditEvent.objects.get(action="case.approved")
    assert (event.actor_kind, event.actor_id) == ("system", None)
    assert list(request.candidates.order_by("index").values_list("status", flat=True)) == [
        "approved",
        "not_selected",
    ]


def test_without_the_policys_word_a_clean_picture_waits(being_screened):
    request = being_screened(scene())
    say_of_prompt(request)
    screen(request)
    assert (request.status, Decision.objects.count()) == ("in_review", 0)


@pytest.mark.parametrize("word", ["flag", "unknown", "block"])
@pytest.mark.parametrize("check", [each.name for each in CATALOGUE])
def test_what_was_flagged_or_unknown_is_never_approved_without_a_person(
    automatic, being_screened, check, word
):
    request = being_screened(scene())
    say_of_prompt(request, **{check: word})
    screen(request, **{check: word})
    assert request.status in {"in_review", "declined"}
    assert not Decision.objects.exists()
    assert not AvatarVersion.objects.exists()


def test_nor_is_what_no_check_has_looked_at(automatic, being_screened):
    request = being_screened(scene())
    screen(request)
    assert (request.status, Decision.objects.count()) == ("in_review", 0)


def test_the_clean_one_among_doubtful_pictures_goes_out(automatic, being_screened):
    request = being_screened(scene(1), scene(2))
    say_of_prompt(request)
    run = claim_screening(holder="test")
    doubtful = run.candidate
    flagged = [CheckResult("nudity", "1", "sexual", FindingVerdict.FLAG)]
    finish_screening(candidate=doubtful, lease=screening_queue().lease_of(run), results=flagged)
    screen(request)
    assert request.status == "approved"
    assert AvatarVersion.objects.get().candidate != doubtful


def test_pixels_that_were_taken_down_wait_for_a_person(brand, automatic, being_screened, manager):
    request = being_screened(scene())
    say_of_prompt(request)
    pixels = request.candidates.get().pixel_sha256
    worn = AvatarVersionFactory(brand=brand, pixel_sha256=pixels)
    take_down(actor=Actor.person(manager), bot_id=worn.bot_id, reason="A complaint.")
    screen(request)
    assert (request.status, Decision.objects.count()) == ("in_review", 0)


def test_a_stricter_policy_of_today_is_asked_too(brand, automatic, being_screened, people, manager):
    # given pictures judged under a policy that lets a check be off
    ReviewPolicy.objects.filter(pk=automatic.pk).update(status="superseded")
    lenient = ReviewPolicyFactory(
        brand=brand, auto_approve=True, rules={"nudity": CheckRule(CheckMode.OFF)}
    )
    request = being_screened(scene())
    say_of_prompt(request)
    # when the policy in force asks for that check
    made = draft(brand, people, auto_approve=True)
    publish_policy(actor=people, user=manager, policy_id=made.pk)
    screen(request)
    # then nobody looked, and a person has to
    assert ScreeningRun.objects.get().policy == lenient
    assert (request.status, Decision.objects.count()) == ("in_review", 0)


def test_a_decision_without_a_person_is_the_policys_approval_alone(in_review):
    case = in_review()
    for values in ({"action": "reject"}, {"action": "approve"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(brand=case.brand, case=case, **values)


def test_a_case_follows_the_policy_it_was_opened_with(brand, people, manager, in_review):
    made = draft(brand, people, stages=[Stage(approvals=2)])
    request = in_review(case={"status": "rejected"}).request
    case = open_case(request=request, kind=CaseKind.IMAGE)
    publish_policy(actor=people, user=manager, policy_id=made.pk)
    assert open_case(request=request, kind=CaseKind.IMAGE) == case
    case.refresh_from_db()
    assert case.rules.people_needed == 1
    assert GenerationRequest.objects.count() == 1
