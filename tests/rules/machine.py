"""A walk over the services: any deed at any time, by workers alive and dead, reviewers and owners.

Each rule does one deed through the product's own service and the same one to the model, and says
which of the two outcomes it must have: done, or refused with this code. After each, everything
that is in the database is compared with the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.db.models.functions import Now
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from avatars.models import AvatarVersion, Bot, Candidate, GenerationRequest
from avatars.services import (
    cancel_request,
    register_bot,
    retry_request,
    roll_back,
    submit_request,
    take_down,
)
from avatars.services.rendering import (
    RenderedFile,
    begin_rendering,
    claim_batch,
    complete_candidate,
    fail_candidate,
    release_candidate,
)
from avatars.sweepers import sweep_expired_renders, sweep_unsettled_requests
from brandhub.accounts.models import Role
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM, Actor
from brandhub.common.errors import BrandHubError
from brandhub.jobs.protocol import Lease
from brandhub.webhooks.models import OutboxEvent
from moderation.checks.contract import CheckResult
from moderation.models import ReviewCase, ScreeningRun
from moderation.services import (
    approve_case,
    claim_case,
    claim_screening,
    finish_screening,
    give_up_screening,
    reject_case,
    release_case,
    request_changes,
)
from moderation.states import FindingVerdict, ScreeningStatus
from moderation.sweepers import sweep_expired_screenings, sweep_unsettled_screenings
from tests.factories import BrandFactory, StyleRevisionFactory, digest_of, member
from tests.rules.model import (
    CANCELLABLE,
    MAX_RENDER_ATTEMPTS,
    MAX_SCREENING_ATTEMPTS,
    Brand,
    Picture,
    Request,
    Version,
)

FAMILY = "avatar-mini"
BOTS = ("anna", "bert")
#: Few, so that pictures repeat: publishing what is current, and what was withdrawn.
PIXELS = tuple(digest_of("pixels", number) for number in range(3))
DOUBTFUL = "an official government robot"
PAST = timedelta(seconds=1)


@dataclass(frozen=True)
class Work:
    """A lease that a worker was given, and goes on believing in."""

    request: Request
    picture: Picture
    lease: Lease


class Walk(RuleBasedStateMachine):
    """See the module."""

    #: Rules run so far, over all walks of this process.
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        # Each walk is undone at its end; services nest in it by savepoints.
        self._undone = transaction.atomic()
        self._undone.__enter__()
        brand = BrandFactory()
        self.style = StyleRevisionFactory(brand=brand)
        self.owner = member(brand, Role.MANAGER)
        self.people = {name: member(brand, Role.REVIEWER) for name in ("rita", "sven")}
        self.bots = {}
        for name in BOTS:
            self.bots[name], _ = register_bot(
                actor=SYSTEM, brand=brand, client=None, external_id=name, name=name
            )
        self.model = Brand(versions={name: [] for name in BOTS})
        self.renders: list[Work] = []
        self.screenings: list[Work] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._undone.__exit__(None, None, None)

    # --- what the rules draw from -----------------------------------------------------------

    def _requests(self, *statuses: str) -> list[Request]:
        every = self.model.requests.values()
        return [each for each in every if not statuses or each.status in statuses]

    def _with_case(self) -> list[Request]:
        return [each for each in self._requests() if each.open_case is not None]

    def _row(self, picture: Picture) -> Candidate:
        return Candidate.objects.get(pk=picture.id)

    def _case_row(self, request: Request) -> ReviewCase:
        return ReviewCase.objects.get(request_id=request.id, status__in=["open", "claimed"])

    def _refused(self, code: str, deed: Any) -> None:
        """Do ``deed``, which must be refused with ``code``, or be done where there is none."""
        Walk.steps += 1
        answer = ""
        try:
            with transaction.atomic():
                deed()
        except BrandHubError as error:
            answer = error.error_code
        assert answer == code

    # --- submitting ---------------------------------------------------------------------------

    @initialize(count=st.integers(1, 3))
    def submit_first(self, count: int) -> None:
        self._submit("anna", count, doubtful=False)

    @precondition(lambda self: len(self.model.requests) < 6)
    @rule(bot=st.sampled_from(BOTS), count=st.integers(1, 3), doubtful=st.booleans())
    def submit(self, bot: str, count: int, doubtful: bool) -> None:
        self._submit(bot, count, doubtful=doubtful)

    def _submit(self, bot: str, count: int, *, doubtful: bool) -> None:
        Walk.steps += 1
        row = submit_request(
            actor=Actor.person(self.owner),
            bot=self.bots[bot],
            style_revision=self.style,
            requested_by=self.owner,
            prompt=DOUBTFUL if doubtful else "a friendly robot",
            candidates=count,
            seed=len(self.model.requests) * 10,
        )
        request = Request(row.pk, bot, count)
        self.model.requests[row.pk] = request
        if doubtful:
            request.status = "held"
            request.open_prompt_case()
        else:
            self._enqueue(request)

    def _enqueue(self, request: Request) -> None:
        rows = Candidate.objects.filter(request_id=request.id).order_by("index")
        request.pictures = [Picture(pk) for pk in rows.values_list("pk", flat=True)]

    # --- rendering ----------------------------------------------------------------------------

    @rule(limit=st.integers(1, 4), begins=st.booleans())
    def claim(self, limit: int, begins: bool) -> None:
        """A worker claims, and may die before it says so."""
        Walk.steps += 1
        Candidate.objects.update(available_at=Now() - PAST)
        rows = claim_batch(family=FAMILY, limit=limit, holder="worker")
        queued = {
            picture.id: (request, picture)
            for request in self._requests()
            for picture in request.pictures
            if picture.status == "queued"
        }
        assert bool(rows) == bool(queued)
        assert len(rows) <= limit
        for row in rows:
            request, picture = queued[row.pk]
            picture.status, picture.attempts = "rendering", picture.attempts + 1
            picture.lease = row.lease_token
            self.renders.append(
                Work(request, picture, Lease(row.pk, row.lease_token, row.attempts))
            )
        for request_id in {row.request_id for row in rows} if begins else ():
            begin_rendering(request_id=request_id)
            request = self.model.requests[request_id]
            if request.status == "queued":
                request.status = "rendering"

    def _finish_render(self, data: Any, deed: Any) -> Work | None:
        """Do ``deed`` with any lease ever given; return it if it was still worth something."""
        work = data.draw(st.sampled_from(self.renders))
        live = work.picture.lease == work.lease.token
        self._refused("" if live else "lease_lost", lambda: deed(work))
        if not live:
            return None
        work.picture.lease = None
        return work

    @precondition(lambda self: self.renders)
    @rule(data=st.data(), pixels=st.sampled_from(PIXELS))
    def complete(self, data: Any, pixels: str) -> None:
        file = RenderedFile(pixels, digest_of("file", pixels), 64, 64, 1000)
        work = self._finish_render(
            data,
            lambda work: complete_candidate(
                request_id=work.request.id, lease=work.lease, file=file, environment={}
            ),
        )
        if work is not None:
            work.picture.status, work.picture.pixels = "rendered", pixels
            work.request.settle_rendering()

    @precondition(lambda self: self.renders)
    @rule(data=st.data(), retriable=st.booleans())
    def fail(self, data: Any, retriable: bool) -> None:
        work = self._finish_render(
            data,
            lambda work: fail_candidate(
                request_id=work.request.id, lease=work.lease, error="broken", retriable=retriable
            ),
        )
        if work is not None:
            if retriable:
                self._put_back(work.picture)
            else:
                work.picture.status = "failed"
            work.request.settle_rendering()

    @precondition(lambda self: self.renders)
    @rule(data=st.data())
    def release(self, data: Any) -> None:
        """A worker that stops on purpose: the attempt does not count."""
        work = self._finish_render(
            data,
            lambda work: release_candidate(request_id=work.request.id, lease=work.lease),
        )
        if work is not None:
            work.picture.status = "queued"
            work.picture.attempts -= 1

    @precondition(lambda self: self._leased())
    @rule(data=st.data())
    def a_worker_dies(self, data: Any) -> None:
        """Its lease runs out and the sweep takes the row; the lease stays among those tried."""
        Walk.steps += 1
        request, picture = data.draw(st.sampled_from(self._leased()))
        Candidate.objects.filter(pk=picture.id).update(lease_until=Now() - PAST)
        assert sweep_expired_renders() == 1
        picture.lease = None
        self._put_back(picture)
        request.settle_rendering()

    def _leased(self) -> list[tuple[Request, Picture]]:
        return [
            (request, picture)
            for request in self._requests()
            for picture in request.pictures
            if picture.lease is not None
        ]

    @staticmethod
    def _put_back(picture: Picture) -> None:
        exhausted = picture.attempts >= MAX_RENDER_ATTEMPTS
        picture.status = "quarantined" if exhausted else "queued"

    # --- screening ----------------------------------------------------------------------------

    @rule()
    def claim_a_screening(self) -> None:
        Walk.steps += 1
        ScreeningRun.objects.filter(status=ScreeningStatus.QUEUED).update(available_at=Now() - PAST)
        run = claim_screening(holder="worker")
        waiting = {
            picture.id: (request, picture)
            for request in self._requests()
            for picture in request.pictures
            if picture.screening == "queued"
        }
        assert (run is not None) == bool(waiting)
        if run is None:
            return
        request, picture = waiting[run.candidate_id]
        picture.screening = "running"
        picture.screening_attempts += 1
        picture.screening_lease = run.lease_token
        lease = Lease(run.pk, run.lease_token, run.attempts)
        self.screenings.append(Work(request, picture, lease))

    def _finish_screening(self, data: Any, deed: Any) -> Work | None:
        work = data.draw(st.sampled_from(self.screenings))
        live = (
            work.picture.screening_lease == work.lease.token
            and ScreeningRun.objects.get(pk=work.lease.id).status == ScreeningStatus.RUNNING
        )
        row = self._row(work.picture)
        self._refused("" if live else "lease_lost", lambda: deed(row, work.lease))
        if not live:
            return None
        work.picture.screening_lease = None
        return work

    @precondition(lambda self: self.screenings)
    @rule(data=st.data(), verdict=st.sampled_from(["pass", "flag", "block"]))
    def finish_a_screening(self, data: Any, verdict: str) -> None:
        result = CheckResult("check", "1", "quality", FindingVerdict(verdict))
        work = self._finish_screening(
            data,
            lambda row, lease: finish_screening(candidate=row, lease=lease, results=[result]),
        )
        if work is not None:
            work.picture.screening = ""
            work.picture.status, work.picture.verdict = "screened", verdict
            work.request.settle_screening()

    @precondition(lambda self: self.screenings)
    @rule(data=st.data(), error=st.sampled_from(["stored_file_missing", "broken"]))
    def give_a_screening_up(self, data: Any, error: str) -> None:
        work = self._finish_screening(
            data, lambda row, lease: give_up_screening(candidate=row, lease=lease, error=error)
        )
        if work is not None:
            self._put_screening_back(work.request, work.picture, error)

    @precondition(lambda self: self._screened_now())
    @rule(data=st.data())
    def a_screener_dies(self, data: Any) -> None:
        Walk.steps += 1
        request, picture = data.draw(st.sampled_from(self._screened_now()))
        runs = ScreeningRun.objects.filter(candidate_id=picture.id, status=ScreeningStatus.RUNNING)
        assert runs.update(lease_until=Now() - PAST) == 1
        assert sweep_expired_screenings() == 1
        picture.screening_lease = None
        self._put_screening_back(request, picture, "lease_expired")

    def _screened_now(self) -> list[tuple[Request, Picture]]:
        return [
            (request, picture)
            for request in self._requests()
            for picture in request.pictures
            if picture.screening_lease is not None
        ]

    @staticmethod
    def _put_screening_back(request: Request, picture: Picture, error: str) -> None:
        if picture.screening_attempts < MAX_SCREENING_ATTEMPTS:
            picture.screening = "queued"
            return
        picture.screening = ""
        if error == "stored_file_missing":
            picture.status = "failed"
        else:
            picture.status, picture.verdict = "screened", "flag"
        request.settle_screening()

    # --- people -------------------------------------------------------------------------------

    @precondition(lambda self: self._with_case())
    @rule(data=st.data(), name=st.sampled_from(["rita", "sven"]), takes=st.booleans())
    def claim_or_release_a_case(self, data: Any, name: str, takes: bool) -> None:
        request = data.draw(st.sampled_from(self._with_case()))
        case, person = request.case, self.people[name]
        row = self._case_row(request)
        taken = case.status == "claimed" and case.claimed_by != name
        deed = claim_case if takes else release_case
        self._refused(
            "case_claimed" if taken else "",
            lambda: deed(actor=Actor.person(person), user=person, case_id=row.pk),
        )
        if not taken:
            case.status, case.claimed_by = ("claimed", name) if takes else ("open", "")

    def _may_not(self, request: Request, name: str) -> str:
        case = request.case
        return "case_claimed" if case.status == "claimed" and case.claimed_by != name else ""

    @precondition(lambda self: self._with_case())
    @rule(data=st.data(), name=st.sampled_from(["rita", "sven"]), override=st.booleans())
    def approve(self, data: Any, name: str, override: bool) -> None:
        request = data.draw(st.sampled_from(self._with_case()))
        row, person = self._case_row(request), self.people[name]
        chosen = None
        shown = ""
        code = self._may_not(request, name)
        if request.case.kind == "image":
            chosen = data.draw(st.sampled_from(request.pictures))
            shown = data.draw(st.sampled_from([chosen.pixels, chosen.pixels, PIXELS[0]]))
            code = code or self._not_approvable(request, chosen, shown, override)
        self._refused(
            code,
            lambda: approve_case(
                actor=Actor.person(person),
                user=person,
                case_id=row.pk,
                candidate_id=chosen.id if chosen else None,
                pixel_sha256=shown,
                comment="because",
                override=override,
            ),
        )
        if code:
            return
        request.close_case("approved")
        if chosen is None:
            request.status = "queued"
            self._enqueue(request)
            return
        request.end_pictures("not_selected", chosen=chosen)
        request.status = "approved"
        self.model.publish(request.bot, chosen.pixels)

    def _not_approvable(self, request: Request, chosen: Picture, shown: str, override: bool) -> str:
        if chosen.status != "screened":
            return "candidate_not_reviewable"
        if shown != chosen.pixels:
            return "pixels_changed"
        if chosen.verdict == "block" and not override:
            return "candidate_blocked"
        return self.model.refuses_to_publish(request.bot, chosen.pixels)

    @precondition(lambda self: self._with_case())
    @rule(data=st.data(), name=st.sampled_from(["rita", "sven"]))
    def reject(self, data: Any, name: str) -> None:
        request = data.draw(st.sampled_from(self._with_case()))
        row, person = self._case_row(request), self.people[name]
        code = self._may_not(request, name)
        self._refused(
            code,
            lambda: reject_case(
                actor=Actor.person(person),
                user=person,
                case_id=row.pk,
                reason_codes=["off_brand"],
            ),
        )
        if not code:
            request.close_case("rejected")
            request.end_pictures("rejected")
            request.status = "declined"

    @precondition(lambda self: self._with_case())
    @rule(data=st.data(), name=st.sampled_from(["rita", "sven"]))
    def ask_for_changes(self, data: Any, name: str) -> None:
        request = data.draw(st.sampled_from(self._with_case()))
        row, person = self._case_row(request), self.people[name]
        code = self._may_not(request, name)
        if request.case.kind == "prompt" or request.status == "declined":
            code = code or "invalid_transition"
        self._refused(
            code,
            lambda: request_changes(
                actor=Actor.person(person), user=person, case_id=row.pk, comment="bluer"
            ),
        )
        if not code:
            request.close_case("changes_requested")
            request.end_pictures("rejected")
            request.status = "changes_requested"

    @precondition(lambda self: self.model.requests)
    @rule(data=st.data())
    def cancel(self, data: Any) -> None:
        request = data.draw(st.sampled_from(self._requests()))
        over = request.status in ("approved", "declined", "changes_requested", "failed")
        self._refused(
            "invalid_transition" if over else "",
            lambda: cancel_request(actor=SYSTEM, request_id=request.id),
        )
        if over or request.status == "cancelled":
            return
        request.status = "cancelled"
        for picture in request.pictures:
            picture.lease = picture.screening_lease = None
            picture.screening = ""
            if picture.status in CANCELLABLE:
                picture.status = "cancelled"
        if request.open_case is not None:
            request.close_case("withdrawn")

    @precondition(lambda self: self.model.requests)
    @rule(data=st.data())
    def retry(self, data: Any) -> None:
        request = data.draw(st.sampled_from(self._requests()))
        failed = [each for each in request.pictures if each.status in ("failed", "quarantined")]
        code = "" if request.status == "failed" and failed else "invalid_transition"
        self._refused(code, lambda: retry_request(actor=SYSTEM, request_id=request.id))
        if not code:
            request.status = "queued"
            for picture in failed:
                picture.status, picture.attempts, picture.pixels = "queued", 0, ""

    # --- what the world sees ------------------------------------------------------------------

    @rule(bot=st.sampled_from(BOTS), number=st.integers(1, 4))
    def roll_back(self, bot: str, number: int) -> None:
        versions = self.model.versions[bot]
        code, target = self._no_way_back(bot, versions, number)
        self._refused(code, lambda: roll_back(actor=SYSTEM, bot_id=self.bots[bot].pk, to=number))
        if target is not None and not code:
            self.model.publish(bot, target.pixels)

    def _no_way_back(
        self, bot: str, versions: list[Version], number: int
    ) -> tuple[str, Version | None]:
        if number > len(versions):
            return "version_not_found", None
        target = versions[number - 1]
        if target.status == "taken_down":
            return "version_taken_down", target
        return self.model.refuses_to_publish(bot, target.pixels), target

    @rule(bot=st.sampled_from(BOTS))
    def take_down(self, bot: str) -> None:
        current = self.model.current(bot)
        self._refused(
            "" if current else "nothing_published",
            lambda: take_down(actor=SYSTEM, bot_id=self.bots[bot].pk, reason="a walk"),
        )
        if current is not None:
            self.model.take_down(current.pixels)

    @rule()
    def sweep_what_is_unsettled(self) -> None:
        """The reconciling sweeps find nothing to put right: every deed settles what it changes."""
        Walk.steps += 1
        GenerationRequest.objects.update(
            queued_at=Now() - timedelta(minutes=1), screening_at=Now() - timedelta(minutes=1)
        )
        assert sweep_unsettled_requests() == 0
        assert sweep_unsettled_screenings() == 0
        assert sweep_expired_renders() == 0
        assert sweep_expired_screenings() == 0

    # --- what must hold after every deed --------------------------------------------------------

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        rows = GenerationRequest.objects.values_list("pk", "status")
        assert dict(rows) == {each.id: each.status for each in self._requests()}
        pictures = [each for request in self._requests() for each in request.pictures]
        assert dict(Candidate.objects.values_list("pk", "status")) == {
            each.id: each.status for each in pictures
        }
        cases = ReviewCase.objects.order_by("pk").values_list("request_id", "kind", "status")
        assert sorted(cases) == sorted(
            (request.id, case.kind, case.status)
            for request in self._requests()
            for case in request.cases
        )

    @invariant()
    def versions_are_as_the_model_says(self) -> None:
        for name, bot in self.bots.items():
            rows = AvatarVersion.objects.filter(bot=bot).order_by("number")
            assert list(rows.values_list("number", "pixel_sha256", "status")) == [
                (each.number, each.pixels, each.status) for each in self.model.versions[name]
            ]

    @invariant()
    def nothing_is_public_without_its_approval(self) -> None:
        for version in AvatarVersion.objects.select_related("candidate"):
            assert version.candidate.status == "approved"
            assert version.candidate.pixel_sha256 == version.pixel_sha256

    @invariant()
    def counters_have_no_gaps(self) -> None:
        requests = GenerationRequest.objects.annotate(
            told=Count("events"), last=Max("events__sequence")
        )
        for request in requests:
            assert request.told == request.event_sequence == (request.last or 0)
        for bot in Bot.objects.all():
            events = OutboxEvent.objects.filter(bot_id=bot.pk)
            assert (
                events.count()
                == bot.event_sequence
                == (events.aggregate(last=Max("sequence"))["last"] or 0)
            )

    @invariant()
    def each_submission_is_recorded_once(self) -> None:
        recorded = AuditEvent.objects.filter(action="request.submitted")
        assert recorded.count() == len(self.model.requests)
