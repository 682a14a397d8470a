"""What people wrote: committed to by the chain, kept apart, and erasable without breaking it."""

import io
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from avatars.models import GenerationRequest
from avatars.services import cancel_request, submit_request, take_down
from brandhub.accounts.models import IdempotencyRecord
from brandhub.audit.chain import seal_events, verify_chains
from brandhub.audit.commitments import commitment_to
from brandhub.audit.erasure import erase_texts
from brandhub.audit.models import AuditEvent, AuditText
from brandhub.audit.record import SYSTEM, Actor, record
from brandhub.common.errors import Conflict, InvalidInput, NotFound, Refused
from moderation.models import CaseComment, Decision
from moderation.services import comment_on_case, reject_case
from tests import factories
from tests.audit.test_chain import tamper
from tests.factories import BrandFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def brand():
    return BrandFactory(slug="acme")


@pytest.fixture
def manager(brand):
    return factories.member(brand, "manager")


@pytest.fixture
def request_(brand, manager):
    """A cancelled request whose prompt and tags were written by a person; sealed."""
    request = submit_request(
        actor=Actor.person(manager),
        bot=factories.BotFactory(brand=brand),
        style_revision=factories.StyleRevisionFactory(brand=brand),
        requested_by=manager,
        prompt="a robot like Ada Quixley",
        negative_prompt="hat",
        metadata={"who": "Ada Quixley"},
    )
    cancel_request(actor=Actor.person(manager), request_id=request.pk)
    seal_events()
    return request


def erase(user, of, *, reason="asked for by the person", **values):
    return erase_texts(
        actor=Actor.person(user),
        user=user,
        **{"object_type": of._meta.label_lower, "object_id": of.pk, "reason": reason} | values,
    )


def broken(brand):
    [found] = verify_chains(brand.pk)
    return found.broken and (found.broken.event_id, found.broken.reason)


def test_an_event_commits_to_a_text_and_does_not_hold_it(request_):
    # given
    event = AuditEvent.objects.get(action="request.submitted")
    prompt = event.texts.get(name="prompt")
    # then
    assert prompt.text == "a robot like Ada Quixley"
    assert len(prompt.salt) == 32
    assert event.data["commitments"] == {
        "prompt": commitment_to(prompt.text, prompt.salt),
        "negative_prompt": commitment_to("hat", event.texts.get(name="negative_prompt").salt),
    }
    assert "Quixley" not in str(event.data)


def test_the_same_text_is_committed_to_differently_each_time(brand):
    with transaction.atomic():
        both = [
            record(actor=SYSTEM, action="x", of=brand, brand=brand, texts={"prompt": "a red fox"})
            for _ in range(2)
        ]
    assert len({each.data["commitments"]["prompt"] for each in both}) == 2


def test_an_empty_text_is_none(brand):
    with transaction.atomic():
        event = record(actor=SYSTEM, action="x", of=brand, brand=brand, texts={"prompt": ""})
    assert event.data == {}
    assert not AuditText.objects.exists()


def test_an_erased_request_holds_no_word_of_it_and_the_chain_holds(request_, brand, manager):
    # given: findings that quote the prompt, and an answer kept for the caller
    finding = factories.FindingFactory(
        candidate=None, request=request_, evidence={"text": "Ada Quixley", "start": 13}
    )
    answer = IdempotencyRecord.objects.create(
        key="k",
        fingerprint="f",
        response_status=202,
        response_body={"id": str(request_.pk), "prompt": request_.prompt},
    )
    # when
    count = erase(manager, request_)
    # then: nothing is left of the words, in the trail or in the rows
    request_.refresh_from_db()
    assert (request_.prompt, request_.negative_prompt, request_.metadata) == ("", "", {})
    assert request_.not_understood == []
    finding.refresh_from_db()
    assert finding.evidence == {"erased": True}
    answer.refresh_from_db()
    assert answer.response_body == {"id": str(request_.pk), "prompt": ""}
    gone = AuditText.objects.filter(event__action="request.submitted")
    assert set(gone.values_list("text", "salt")) == {("", None)}
    # and: that it went is recorded, with who and why
    event = AuditEvent.objects.get(action="text.erased")
    assert (event.actor_id, event.object_id, event.brand) == (manager.pk, request_.pk, brand)
    assert event.texts.get().text == "asked for by the person"
    assert event.data["in_trail"] == 2
    assert count == 2 + event.data["in_rows"]
    # and: every link still holds
    seal_events()
    [chain] = verify_chains(brand.pk)
    assert (chain.broken, chain.texts, chain.erased) == (None, 1, 2)
    said = io.StringIO()
    call_command("verify_audit", stdout=said)
    assert ", 1 texts agree, 2 texts erased, last digest " in said.getvalue()


def test_the_words_of_a_case_and_of_a_take_down_are_erased_too(brand, manager):
    # given
    reviewer = factories.member(brand, "reviewer")
    case = factories.ReviewCaseFactory(brand=brand)
    values = {"actor": Actor.person(reviewer), "user": reviewer, "case_id": case.pk}
    comment_on_case(**values, text="Ada Quixley says no")
    reject_case(**values, reason_codes=["off_brand"], comment="as Ada Quixley said")
    version = factories.AvatarVersionFactory(brand=brand)
    take_down(actor=Actor.person(manager), bot_id=version.bot_id, reason="Ada Quixley sued")
    # when
    erase(manager, case)
    erase(manager, version)
    # then
    assert CaseComment.objects.get().text == ""
    decision = Decision.objects.get(case=case)
    assert (decision.comment, decision.reason_codes) == ("", ["off_brand"])
    version.refresh_from_db()
    assert version.take_down_reason == ""
    assert not AuditText.objects.filter(text__contains="Quixley").exists()
    seal_events()
    assert broken(brand) is None


@pytest.mark.parametrize(
    ("role", "error"), [("viewer", Refused), ("reviewer", Refused), (None, NotFound)]
)
def test_only_a_manager_of_the_brand_erases(request_, brand, role, error):
    somebody = (
        factories.member(brand, role) if role else factories.member(BrandFactory(), "manager")
    )
    before = AuditEvent.objects.count()
    with pytest.raises(error):
        erase(somebody, request_)
    _nothing_changed(request_, before)


def test_a_superuser_erases(request_):
    assert erase(factories.UserFactory(is_superuser=True), request_) > 0


def _nothing_changed(request, events):
    assert AuditEvent.objects.count() == events
    assert GenerationRequest.objects.get(pk=request.pk).prompt == "a robot like Ada Quixley"
    assert AuditText.objects.filter(salt__isnull=False).count() == 2


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"reason": "  "}, InvalidInput, "required"),
        ({"reason": "x" * 501}, InvalidInput, "too_long"),
        ({"object_type": "accounts.brand"}, InvalidInput, "unknown_object_type"),
        ({"object_id": uuid4()}, NotFound, "not_found"),
    ],
)
def test_what_makes_no_sense_erases_nothing(request_, manager, changes, error, code):
    before = AuditEvent.objects.count()
    with pytest.raises(error) as refused:
        erase(manager, request_, **changes)
    errors = getattr(refused.value, "errors", ())
    assert (errors[0].code if errors else refused.value.error_code) == code
    _nothing_changed(request_, before)


def test_a_request_under_way_keeps_its_words(request_, manager):
    GenerationRequest.objects.filter(pk=request_.pk).update(status="held")
    before = AuditEvent.objects.count()
    with pytest.raises(Conflict) as refused:
        erase(manager, request_)
    assert refused.value.error_code == "request_open"
    _nothing_changed(request_, before)


def test_what_an_open_case_is_judged_by_is_kept(request_, brand, manager):
    # given: a request that is declined, for the checks blocked all; a reviewer may still override
    GenerationRequest.objects.filter(pk=request_.pk).update(status="declined")
    reviewer = factories.member(brand, "reviewer")
    case = factories.ReviewCaseFactory(brand=brand, request=request_)
    values = {"actor": Actor.person(reviewer), "user": reviewer, "case_id": case.pk}
    comment_on_case(**values, text="Ada Quixley says no")
    before = AuditEvent.objects.count()
    texts = AuditText.objects.filter(salt__isnull=False).count()
    # when
    for of in (request_, case):
        with pytest.raises(Conflict) as refused:
            erase(manager, of)
        # then
        assert refused.value.error_code == "case_open"
    assert GenerationRequest.objects.get().prompt == "a robot like Ada Quixley"
    assert CaseComment.objects.get().text == "Ada Quixley says no"
    assert AuditEvent.objects.count() == before
    assert AuditText.objects.filter(salt__isnull=False).count() == texts
    # and: decided, both go
    reject_case(**values, reason_codes=["off_brand"], comment="")
    assert erase(manager, request_) > 0
    assert erase(manager, case) > 0


def test_what_is_erased_is_not_erased_again(request_, manager):
    erase(manager, request_)
    with pytest.raises(Conflict) as refused:
        erase(manager, request_)
    assert refused.value.error_code == "nothing_to_erase"
    assert AuditEvent.objects.filter(action="text.erased").count() == 1


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE audit_audittext SET text = 'a friendly robot'", "text_changed"),
        ("UPDATE audit_audittext SET salt = '\\x00'", "text_changed"),
        ("DELETE FROM audit_audittext WHERE name = 'prompt'", "text_missing"),
        (
            "UPDATE audit_audittext SET text = '', salt = NULL, erasure_id = event_id",
            "text_missing",
        ),
        (
            """INSERT INTO audit_audittext (name, text, salt, event_id)
            SELECT 'comment', 'x', '\\x00', event_id FROM audit_audittext LIMIT 1""",
            "text_changed",
        ),
    ],
)
def test_a_text_that_is_not_what_was_written_is_named(request_, brand, statement, reason):
    tamper(statement)
    event = AuditEvent.objects.get(action="request.submitted")
    assert broken(brand) == (event.pk, reason)
    said = io.StringIO()
    with pytest.raises(CommandError, match="1 chains are broken"):
        call_command("verify_audit", stdout=said)
    assert f"event {event.pk}: {reason}" in said.getvalue()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_audittext SET text = 'other'",
        "UPDATE audit_audittext SET text = '', salt = NULL",
        "UPDATE audit_audittext SET text = '', salt = NULL, erasure_id = event_id, name = 'x'",
        "UPDATE audit_audittext SET text = 'other', erasure_id = event_id",
        "DELETE FROM audit_audittext",
        "TRUNCATE audit_audittext",
    ],
)
def test_nobody_changes_a_text(request_, statement):
    before = list(AuditText.objects.values_list("name", "text"))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(AuditText.objects.values_list("name", "text")) == before


def test_the_command_erases_in_somebodys_name(request_, manager):
    said = io.StringIO()
    arguments = ["avatars.generationrequest", str(request_.pk), "--reason", "court order"]
    call_command("erase_texts", *arguments, "--by", manager.username, stdout=said)
    assert said.getvalue() == "6 texts erased\n"
    assert AuditEvent.objects.get(action="text.erased").actor_id == manager.pk


@pytest.mark.parametrize("by", ["nobody", "viewer"])
def test_the_command_refuses_who_may_not(request_, brand, by):
    if by == "viewer":
        by = factories.member(brand, "viewer").username
    arguments = ["avatars.generationrequest", str(request_.pk), "--reason", "court order"]
    with pytest.raises(CommandError):
        call_command("erase_texts", *arguments, "--by", by)
    assert not AuditEvent.objects.filter(action="text.erased").exists()
