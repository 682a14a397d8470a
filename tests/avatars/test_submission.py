"""Accepting a requirement: everything of it is written, or nothing."""

import pytest
from django.db import DatabaseError

from avatars.hooks import FindingDraft, PromptScreening
from avatars.models import Candidate, GenerationRequest, RequestEvent
from avatars.services import (
    cancel_request,
    decline_held_request,
    plan_request,
    release_held_request,
    submit_request,
)
from avatars.states import Verdict
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM, Actor
from brandhub.common.correlation import correlated
from brandhub.common.errors import InvalidInput, InvalidTransition, Refused
from brandhub.webhooks.models import OutboxEvent
from tests.factories import (
    ApiClientFactory,
    BotFactory,
    BrandFactory,
    StyleRevisionFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("moderation")]

HEADLINE = "戴眼镜的卡通机器人，蓝色背景"
DOUBT = PromptScreening(
    Verdict.FLAG, (FindingDraft("protected_names", "1", "protected_name", "flag"),)
)
BLOCKED = PromptScreening(
    Verdict.BLOCK,
    (FindingDraft("prohibited", "1", "violence", "block", evidence={"start": 0, "end": 4}),),
)


@pytest.fixture
def hints(monkeypatch):
    sent = []
    monkeypatch.setattr(
        "brandhub.jobs.hints.current_app.send_task",
        lambda name, **options: sent.append((name, options["queue"], options["kwargs"])),
    )
    return sent


@pytest.fixture
def house():
    brand = BrandFactory()
    client = ApiClientFactory(brands=[brand])
    return {
        "actor": Actor.client(client),
        "client": client,
        "requested_by": client.owner,
        "bot": BotFactory(brand=brand, client=client),
        "style_revision": StyleRevisionFactory(brand=brand),
    }


def submit(house, **values):
    return submit_request(**{**house, "prompt": HEADLINE, "candidates": 3, "seed": 7, **values})


def nothing_was_written():
    return not (
        GenerationRequest.objects.exists()
        or Candidate.objects.exists()
        or RequestEvent.objects.exists()
        or OutboxEvent.objects.exists()
        or AuditEvent.objects.exists()
    )


class TestSubmit:
    def test_a_request_is_written_with_its_pinned_recipe_and_its_candidates(self, house, hints):
        # when
        with correlated("req-9"):
            request = submit(house, external_id="ticket-1", metadata={"team": "support"})
        # then
        request.refresh_from_db()
        revision = house["style_revision"]
        assert request.status == "queued"
        assert request.tags == {
            "style": "cartoon",
            "subject": "robot",
            "eyewear": "glasses",
            "background": "blue",
        }
        assert request.not_understood == []
        assert request.composed_prompt
        assert (request.steps, request.image_size) == (revision.steps, revision.image_size)
        assert request.base_model == revision.base_model
        assert request.correlation_id == "req-9"
        assert (request.external_id, request.metadata) == ("ticket-1", {"team": "support"})
        rows = request.candidates.values_list("index", "seed", "status")
        assert list(rows) == [(0, 7, "queued"), (1, 8, "queued"), (2, 9, "queued")]
        assert list(request.events.values_list("kind", "data")) == [
            ("status", {"status": "queued", "reason": ""})
        ]
        assert AuditEvent.objects.get().action == "request.submitted"
        assert hints == [("avatars.render", "render.avatar-mini", {"family": "avatar-mini"})]

    def test_no_prompt_reaches_the_audit_trail_or_the_outbox(self, house):
        # when
        request = submit(house, negative_prompt="no hat")
        cancel_request(actor=SYSTEM, request_id=request.pk)
        # then
        told = str(list(AuditEvent.objects.values())) + str(list(OutboxEvent.objects.values()))
        assert "机器人" not in told
        assert "no hat" not in told

    def test_a_broker_that_is_away_loses_no_request(self, house, monkeypatch):
        # given
        def away(*_args, **_options):
            raise ConnectionError("nobody listens")

        monkeypatch.setattr("brandhub.jobs.hints.current_app.send_task", away)
        # when
        request = submit(house)
        # then
        assert GenerationRequest.objects.get() == request
        assert request.candidates.count() == 3

    def test_the_hint_goes_out_only_after_the_commit(self, house, hints, monkeypatch):
        # given a failure in the last step of the transaction
        def broken(**_):
            raise DatabaseError("as told")

        monkeypatch.setattr("avatars.services.submission.record", broken)
        # when
        with pytest.raises(DatabaseError):
            submit(house)
        # then
        assert hints == []
        assert nothing_was_written()

    def test_a_seed_is_drawn_where_none_is_given(self, house):
        first, second = submit(house, seed=None), submit(house, seed=None)
        assert first.seed != second.seed
        assert 0 <= first.seed < 2**31

    def test_a_plan_writes_nothing(self, house):
        # when
        plan = plan_request(
            bot=house["bot"], style_revision=house["style_revision"], prompt=HEADLINE, candidates=2
        )
        # then
        assert plan.composed.tags["subject"] == "robot"
        assert plan.cost == 2 * house["style_revision"].steps
        assert nothing_was_written()


class TestRefusal:
    @pytest.mark.parametrize(
        ("values", "pointer"),
        [
            ({"prompt": "  "}, "/prompt"),
            ({"prompt": "\u200b\u2060 \ufeff"}, "/prompt"),
            ({"prompt": "x" * 2001}, "/prompt"),
            ({"negative_prompt": "x" * 501}, "/negative_prompt"),
            ({"candidates": 0}, "/candidates"),
            ({"candidates": 17}, "/candidates"),
            ({"candidates": 10_000}, "/candidates"),
            ({"seed": -1}, "/seed"),
            ({"seed": 2**63}, "/seed"),
        ],
    )
    def test_what_is_out_of_range_is_named_and_nothing_written(self, house, values, pointer):
        with pytest.raises(InvalidInput) as refused:
            submit(house, **values)
        assert [error.pointer for error in refused.value.errors] == [pointer]
        assert nothing_was_written()

    def test_a_blocked_prompt_is_answered_with_its_findings(self, house, moderation):
        # given
        moderation.screening = BLOCKED
        # when
        with pytest.raises(InvalidInput) as refused:
            submit(house)
        # then
        assert refused.value.error_code == "prompt_rejected"
        assert refused.value.extra["findings"] == BLOCKED.findings
        assert nothing_was_written()

    def test_a_style_of_another_brand_is_refused(self, house):
        with pytest.raises(Refused) as refused:
            submit(house, style_revision=StyleRevisionFactory())
        assert refused.value.error_code == "style_of_another"
        assert nothing_was_written()


class TestHeld:
    @pytest.fixture
    def held(self, house, moderation):
        moderation.screening = DOUBT
        return submit(house)

    def test_a_doubtful_prompt_waits_and_nothing_of_it_can_be_rendered(self, held, moderation):
        assert (held.status, held.reason) == ("held", "prompt_in_doubt")
        assert held.candidates.count() == 0
        assert moderation.accepted == [held.pk]
        assert OutboxEvent.objects.get().type == "request.held"

    def test_released_it_is_queued_like_any_other(self, held, hints):
        # when
        release_held_request(actor=Actor.person(UserFactory()), request_id=held.pk)
        # then
        held.refresh_from_db()
        assert (held.status, held.reason) == ("queued", "")
        assert held.candidates.filter(status="queued", queued_at=held.queued_at).count() == 3
        assert len(hints) == 1

    def test_declined_it_is_over_and_told(self, held):
        # when
        decline_held_request(
            actor=Actor.person(UserFactory()), request_id=held.pk, reason="protected_name"
        )
        # then
        held.refresh_from_db()
        assert (held.status, held.reason) == ("declined", "protected_name")
        assert held.candidates.count() == 0
        types = OutboxEvent.objects.order_by("id").values_list("type", flat=True)
        assert list(types) == ["request.held", "request.declined"]

    def test_what_is_not_held_can_be_neither_released_nor_declined(self, house):
        # given
        request = submit(house)
        # when / then
        with pytest.raises(InvalidTransition):
            release_held_request(actor=SYSTEM, request_id=request.pk)
        with pytest.raises(InvalidTransition):
            decline_held_request(actor=SYSTEM, request_id=request.pk, reason="x")
        request.refresh_from_db()
        assert (request.status, request.candidates.count()) == ("queued", 3)
