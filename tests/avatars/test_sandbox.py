"""The sandbox: drawn behind everything live, marked, decided by a rule, and never let out."""

import io

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext
from PIL import Image

from avatars.hooks import PromptScreening
from avatars.locking import lock_request
from avatars.models import (
    Alignment,
    Attempt,
    AvatarVersion,
    Bot,
    Candidate,
    GenerationRequest,
    RenderTurn,
)
from avatars.models.requests import Priority
from avatars.queue import join_turns
from avatars.renderer import render_once
from avatars.selectors.queue import estimate_for_new, standing_of
from avatars.selectors.versions import provenance
from avatars.services import (
    decide_in_sandbox,
    plan_request,
    publish_version,
    register_bot,
    roll_back,
    submit_request,
    take_down,
)
from avatars.services.rendering import claim_batch, complete_candidate
from avatars.states import Verdict
from avatars.sweepers import sweep_expired_renders
from avatars.watermark import WATERMARK, watermarked
from brandhub.accounts.models import ApiClient, Brand
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import Conflict
from brandhub.common.ids import uuid7
from brandhub.common.pixels import pixel_sha256
from brandhub.common.storage import store
from brandhub.jobs.protocol import LeasedQueue, LeaseLost
from brandhub.webhooks.models import OutboxEvent
from styles.models import StyleRevision
from tests.avatars.generators import PlainGenerator, picture_of
from tests.avatars.steps import FAMILY, FILE, expire, make_due
from tests.factories import (
    ApiClientFactory,
    AvatarVersionFactory,
    BotFactory,
    BrandFactory,
    CandidateFactory,
    GenerationRequestFactory,
    StyleRevisionFactory,
)
from tests.races import InAnotherConnection, until_somebody_waits

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("moderation")]


@pytest.fixture
def brand(db: None) -> Brand:
    return BrandFactory(slug="acme")


@pytest.fixture
def client(brand: Brand) -> ApiClient:
    return ApiClientFactory(brands=[brand])


@pytest.fixture
def live(brand: Brand, client: ApiClient) -> Bot:
    return BotFactory(brand=brand, client=client, external_id="support-42")


@pytest.fixture
def trial(brand: Brand, client: ApiClient) -> Bot:
    """The bot of the same id in the sandbox."""
    return BotFactory(brand=brand, client=client, external_id="support-42", sandbox=True)


def submit(bot: Bot, **values):
    """A request in the brand's one style, so that recipes do not keep two apart."""
    revision = StyleRevision.objects.filter(style__brand=bot.brand).first()
    return submit_request(
        actor=SYSTEM,
        bot=bot,
        style_revision=revision or StyleRevisionFactory(brand=bot.brand),
        requested_by=bot.client.owner,
        client=bot.client,
        **{"prompt": "a robot", "candidates": 2, "seed": 7, **values},
    )


def checked(bot: Bot, *verdicts: str, status: str = "in_review", scores=()):
    """A request whose pictures have these verdicts, and these scores of a judge."""
    request = GenerationRequestFactory(bot=bot, status=status, candidate_count=len(verdicts))
    for index, verdict in enumerate(verdicts):
        candidate = CandidateFactory(request=request, status="screened", verdict=verdict)
        if index < len(scores):
            Alignment.objects.create(
                brand=bot.brand,
                candidate=candidate,
                judge="test",
                score=scores[index],
                tags=[],
                features=bytes(512),
            )
    return request


def decide(request: GenerationRequest) -> GenerationRequest:
    with transaction.atomic():
        decide_in_sandbox(request=lock_request(request.pk))
    request.refresh_from_db()
    return request


def statuses(request: GenerationRequest):
    return list(request.candidates.order_by("index").values_list("status", flat=True))


class TestSides:
    def test_two_calls_at_an_id_make_one_bot_on_either_side(self, brand, client):
        values = {"actor": SYSTEM, "brand": brand, "client": client, "external_id": "a"}

        made = [
            register_bot(**values, name="A", sandbox=sandbox)
            for sandbox in (False, True, False, True)
        ]

        assert [created for _bot, created in made] == [True, True, False, False]
        assert [bot.sandbox for bot, _created in made] == [False, True, False, True]
        assert Bot.objects.count() == 2

    def test_no_bot_of_a_brand_alone_is_in_a_sandbox(self, brand):
        with pytest.raises(IntegrityError, match="bot_in_sandbox_of_client"):
            BotFactory(brand=brand, sandbox=True)

    def test_no_bot_and_no_request_changes_sides(self, trial):
        request = GenerationRequestFactory(bot=trial)

        for row in (trial, request):
            with pytest.raises(ProgrammingError, match="Cannot update rows"), transaction.atomic():
                type(row).objects.filter(pk=row.pk).update(sandbox=False)

    def test_a_test_costs_one_query_less_than_a_live_submission(self, live, trial):
        """Its brand need not catch up in the round."""
        counts = []
        for bot in (live, trial):
            style = StyleRevisionFactory(brand=bot.brand)
            values = {"actor": SYSTEM, "style_revision": style, "requested_by": bot.client.owner}
            bot = Bot.objects.select_related("brand", "client").get(pk=bot.pk)
            submit_request(**values, bot=bot, client=bot.client, prompt="a robot")
            with CaptureQueriesContext(connection) as queries:
                submit_request(**values, bot=bot, client=bot.client, prompt="a robot")
            counts.append(len(queries))

        assert counts[0] == counts[1] + 1


class TestPrompts:
    def test_a_doubtful_prompt_is_declined_at_once(self, moderation, trial):
        # given
        moderation.screening = PromptScreening(Verdict.FLAG)
        # when
        request = submit(trial)
        # then it went the way of a held one, and nobody has to look
        assert (request.status, request.reason) == ("declined", "prompt_in_doubt")
        assert [each.data["status"] for each in request.events.order_by("sequence")][:2] == [
            "held",
            "declined",
        ]
        assert request.candidates.count() == 0
        assert list(OutboxEvent.objects.order_by("id").values_list("type", "sandbox")) == [
            ("request.held", True),
            ("request.declined", True),
        ]

    def test_a_live_one_waits_for_a_person(self, moderation, live):
        moderation.screening = PromptScreening(Verdict.FLAG)

        assert submit(live).status == "held"


class TestQueue:
    def test_what_is_live_goes_first_however_long_a_test_waits(self, live, trial):
        # given a test that has waited for a day, and live work of the lowest priority just now
        old, new = submit(trial), submit(live, priority=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE avatars_candidate SET queued_at = now() - interval '1 day'"
                " WHERE request_id = %s",
                [old.pk],
            )
        # when workers claim
        taken = [{each.request_id for each in claim(limit=8)} for _ in range(2)]
        # then live work is taken up first, and shares no forward pass with the test
        assert taken == [{new.pk}, {old.pk}]

    def test_tests_come_in_their_order_whatever_the_brands_have_taken(self, trial):
        # given a brand far behind its share, whose test came later
        other = BrandFactory()
        behind = BotFactory(brand=other, client=ApiClientFactory(brands=[other]), sandbox=True)
        first, second = submit(trial), submit(behind)
        RenderTurn.objects.filter(brand=trial.brand).update(virtual_time=100)

        taken = [{each.request_id for each in claim(limit=2)} for _ in range(2)]

        assert taken == [{first.pk}, {second.pk}]

    def test_a_brand_is_not_charged_for_its_tests(self, live, trial):
        submit(trial)
        claim()
        assert RenderTurn.objects.get().virtual_time == 0

        submit(live)
        claim()
        assert RenderTurn.objects.get().virtual_time == 2

    def test_a_waiting_test_is_no_work_that_keeps_a_brands_credit(self, trial):
        # given a brand with a test in the queue, and another one that has worked meanwhile
        submit(trial)
        other = BrandFactory()
        join_turns(brand_id=other.pk, family=FAMILY)
        RenderTurn.objects.filter(brand=other).update(virtual_time=50)
        CandidateFactory(brand=other, status="queued")
        # when live work of the first one comes
        join_turns(brand_id=trial.brand_id, family=FAMILY)
        # then it enters level with the other, and the test was no reason to be served before
        assert RenderTurn.objects.get(brand=trial.brand).virtual_time == 50

    def test_a_test_is_not_ahead_of_live_work_in_what_is_told(self, live, trial):
        test, asked = submit(trial, priority=Priority.HIGH), submit(live)
        _give_experience()

        assert standing_of(asked).position == 0
        assert standing_of(test).position == 1
        assert estimate_for_new(family=FAMILY, candidates=1) == 3.0
        assert estimate_for_new(family=FAMILY, candidates=1, sandbox=True) == 5.0
        planned = plan_request(
            bot=trial, style_revision=asked.style_revision, prompt="a robot", candidates=1
        )
        assert planned.estimate_seconds == 5.0

    def test_what_a_dead_worker_held_of_a_test_goes_behind_again(self, trial):
        # given a worker that died over a test
        request = submit(trial)
        rows = claim()
        expire(*rows)
        # when the sweep takes its work back
        assert sweep_expired_renders() == 2
        # then it waits like any test, and is drawn to its end by another
        assert set(request.candidates.values_list("priority", "status")) == {(-1, "queued")}
        make_due()
        for _ in range(2):
            render_once(family=FAMILY, generator=PlainGenerator())
        request.refresh_from_db()
        assert request.status == "screening"
        with pytest.raises(LeaseLost):
            complete_candidate(
                request_id=request.pk,
                lease=LeasedQueue.lease_of(rows[0]),
                file=FILE,
                environment={},
            )


def claim(limit: int = 8):
    return claim_batch(family=FAMILY, limit=limit, holder="worker")


def _give_experience() -> None:
    """One execution that took a second for its one picture, long ago."""
    candidate = CandidateFactory(status="approved", family=FAMILY)
    attempt = Attempt.objects.create(
        candidate=candidate,
        lease_token=1,
        holder="w",
        batch_id=uuid7(),
        batch_size=1,
        outcome="rendered",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE avatars_attempt SET ended_at = started_at + interval '1 second' WHERE id = %s",
            [attempt.pk],
        )


class TestWatermark:
    def test_what_is_stored_and_hashed_are_the_pixels_with_the_mark(self, live, trial):
        # given the same recipe on either side
        requests = [submit(bot) for bot in (live, trial)]
        # when both are drawn
        while render_once(family=FAMILY, generator=PlainGenerator()):
            pass
        # then the test's pixels are the live ones with the mark, and its record says so
        for request, mark in zip(requests, (None, WATERMARK), strict=True):
            candidate = request.candidates.get(index=0)
            size = request.image_size
            drawn = picture_of(7, size) if mark is None else watermarked(picture_of(7, size))
            stored = store().read(request.brand.public_id, candidate.file_sha256)
            with Image.open(io.BytesIO(stored)) as image:
                assert image.tobytes() == drawn.tobytes()
            assert candidate.pixel_sha256 == pixel_sha256(drawn)
            environment = candidate.attempt_log.get().environment
            assert environment.get("watermark") == mark

    @pytest.mark.parametrize("size", [(64, 64), (512, 512), (96, 64)])
    def test_the_mark_is_seen_on_any_ground_and_at_any_size(self, size):
        for ground in ("#000000", "#ffffff", "#1565c0"):
            plain = Image.new("RGB", size, ground)
            marked = watermarked(plain)
            assert (marked.mode, marked.size) == ("RGB", size)
            assert marked.tobytes() == watermarked(plain).tobytes()
            small = [
                np.asarray(each.resize((32, 32), Image.Resampling.LANCZOS), dtype=int)
                for each in (plain, marked)
            ]
            differing = (np.abs(small[0] - small[1]).max(axis=-1) > 64).mean()
            assert 0.08 < differing < 0.4


class TestRule:
    def test_the_best_clean_picture_is_approved_and_published(self, trial):
        # given pictures of which the best is blocked, and the next one flagged
        request = checked(trial, "pass", "pass", "flag", "block", scores=(0.2, 0.6, 0.7, 0.9))
        # when
        decide(request)
        # then
        chosen = request.candidates.get(index=1)
        assert request.status == "approved"
        assert statuses(request) == ["not_selected", "approved", "not_selected", "not_selected"]
        version = AvatarVersion.objects.get()
        assert (version.bot, version.number, version.candidate) == (trial, 1, chosen)
        assert version.decision == {
            "rule": "sandbox",
            "case_id": None,
            "action": "approve",
            "reviewer": None,
            "policy": None,
            "stage": None,
            "candidate_id": str(chosen.pk),
            "pixel_sha256": chosen.pixel_sha256,
            "override": False,
            "reason_codes": [],
            "decided_at": version.decision["decided_at"],
        }
        (event,) = AuditEvent.objects.filter(action="request.approved_in_sandbox")
        assert (event.actor_kind, event.actor_id, event.object_id) == ("system", None, request.pk)
        assert event.data == {
            "sandbox": True,
            "decision": str(version.decision_id),
            "candidate": str(chosen.pk),
            "pixel_sha256": chosen.pixel_sha256,
        }
        assert list(OutboxEvent.objects.order_by("id").values_list("type", "sandbox")) == [
            ("request.completed", True),
            ("avatar.version.published", True),
        ]
        lineage = provenance(version)
        assert lineage["version"]["livemode"] is False
        assert (lineage["decision"]["rule"], lineage["decision"]["id"]) == (
            "sandbox",
            str(version.decision_id),
        )

    def test_a_flagged_picture_is_where_none_is_clean(self, trial):
        request = checked(trial, "flag", "flag", "block", scores=(0.2, 0.7, 0.9))

        assert statuses(decide(request)) == ["not_selected", "approved", "not_selected"]

    def test_a_clean_picture_that_no_judge_saw_is_before_a_flagged_one(self, trial):
        request = checked(trial, "flag", "pass", scores=(0.9,))

        assert statuses(decide(request)) == ["not_selected", "approved"]

    def test_without_a_judge_the_first_one_is(self, trial):
        assert statuses(decide(checked(trial, "block", "pass", "pass"))) == [
            "not_selected",
            "approved",
            "not_selected",
        ]

    def test_one_that_was_taken_down_is_passed_over(self, trial):
        # given pixels that were withdrawn in the sandbox
        first = decide(checked(trial, "pass"))
        take_down(actor=SYSTEM, bot_id=trial.pk, reason="not this one")
        withdrawn = first.candidates.get().pixel_sha256
        # when a request draws them again, beside others and alone
        request = checked(trial, "pass", "pass", scores=(0.9, 0.1))
        request.candidates.filter(index=0).update(pixel_sha256=withdrawn)
        alone = checked(trial, "pass", "block")
        alone.candidates.filter(index=0).update(pixel_sha256=withdrawn)
        # then
        assert statuses(decide(request)) == ["not_selected", "approved"]
        decide(alone)
        assert (alone.status, alone.reason) == ("declined", "pixels_taken_down")
        assert statuses(alone) == ["rejected", "rejected"]

    @pytest.mark.parametrize("beside", [True, False])
    def test_one_that_is_just_being_taken_down_is_passed_over(self, live, trial, beside):
        # given a request whose best picture has pixels that a live bot wears
        worn = AvatarVersionFactory(bot=live)
        request = checked(trial, "pass", "pass" if beside else "block", scores=(0.9, 0.1))
        request.candidates.filter(index=0).update(pixel_sha256=worn.pixel_sha256)
        deciding = InAnotherConnection(lambda: decide(request))
        # when it is decided while their take-down is not committed yet
        with transaction.atomic():
            take_down(actor=SYSTEM, bot_id=live.pk, reason="wrong logo")
            deciding.start()
            until_somebody_waits()
        deciding.finish()
        # then another is chosen, or none
        if beside:
            assert statuses(request) == ["not_selected", "approved"]
        else:
            assert (request.status, request.reason) == ("declined", "pixels_taken_down")
            assert statuses(request) == ["rejected", "rejected"]

    def test_all_blocked_is_over_and_nobody_overrides(self, trial):
        request = checked(trial, "block", "block", status="declined")

        for _ in range(2):
            decide(request)

        assert request.status == "declined"
        assert statuses(request) == ["rejected", "rejected"]
        assert AvatarVersion.objects.count() == 0

    def test_rolling_back_and_taking_down_stay_in_the_sandbox(self, live, trial):
        # given versions on either side; one live bot wears the very pixels
        for _ in range(2):
            decide(checked(trial, "pass"))
        pixels = trial.versions.get(number=1).pixel_sha256
        worn = AvatarVersionFactory(
            bot=live,
            candidate__status="approved",
            candidate__pixel_sha256=pixels,
            candidate__request=GenerationRequestFactory(bot=live, status="approved"),
        )
        # when the test bot goes back to them and takes them down
        again = roll_back(actor=SYSTEM, bot_id=trial.pk, to=1)
        withdrawn = take_down(actor=SYSTEM, bot_id=trial.pk, reason="trial")
        # then only the sandbox's versions are gone
        assert (again.number, again.pixel_sha256) == (3, pixels)
        assert {each.bot_id for each in withdrawn} == {trial.pk}
        worn.refresh_from_db()
        assert worn.status == "current"


class TestApart:
    @pytest.fixture
    def pictures(self, live, trial) -> dict[Bot, Candidate]:
        return {
            bot: CandidateFactory(
                request=GenerationRequestFactory(bot=bot, status="approved"), status="approved"
            )
            for bot in (live, trial)
        }

    @pytest.mark.parametrize("to_live", [True, False])
    def test_no_picture_is_published_on_the_other_side(self, live, trial, pictures, to_live):
        bot, candidate = (live, pictures[trial]) if to_live else (trial, pictures[live])

        with pytest.raises(Conflict) as refused:
            publish_version(
                actor=SYSTEM, bot=bot, candidate=candidate, decision_id=uuid7(), decision={}
            )

        assert refused.value.error_code == "sandbox_not_publishable"
        assert AvatarVersion.objects.count() == 0

    @pytest.mark.parametrize("to_live", [True, False])
    def test_the_database_holds_no_such_version(self, live, trial, pictures, to_live):
        bot, candidate = (live, pictures[trial]) if to_live else (trial, pictures[live])

        with pytest.raises(IntegrityError, match="sandbox and live do not mix"):
            AvatarVersion.objects.create(
                brand=bot.brand,
                bot=bot,
                number=1,
                status="current",
                candidate=candidate,
                pixel_sha256=candidate.pixel_sha256,
                file_sha256=candidate.file_sha256,
                decision_id=uuid7(),
                decision={},
            )
