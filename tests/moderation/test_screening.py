"""Screening as leased work: finished once, whatever dies, and never passed over in silence."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from avatars.models import RequestEvent
from avatars.services.cancellation import cancel_request, retry_request
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM, Actor
from brandhub.common.errors import InvalidTransition
from brandhub.common.storage import store
from brandhub.jobs.protocol import LeaseLost
from brandhub.jobs.sweep import sweep
from brandhub.webhooks.models import OutboxEvent
from moderation import screener
from moderation.models import Finding, ReviewCase, ScreeningRun
from moderation.queue import TERMS, screening_queue
from moderation.screener import drain, screen_once
from moderation.services import (
    claim_screening,
    expire_screening,
    finish_screening,
    give_up_screening,
    start_screenings,
)
from moderation.sweepers import (
    sweep_expired_screenings,
    sweep_lost_screening_hints,
    sweep_unsettled_screenings,
)
from tests.factories import FindingFactory, PaletteColourFactory
from tests.moderation.conftest import rendered, scene
from tests.moderation.test_image_checks import noise
from tests.races import AtBoundary, elsewhere, together

pytestmark = pytest.mark.django_db(transaction=True)

CHECKS = (
    "broken_image",
    "palette_distance",
    "legibility",
    "near_duplicate",
    "picture_agreement",
    "nudity",
    "text_in_picture",
)


def runs_of(request):
    return list(
        ScreeningRun.objects.filter(candidate__request=request)
        .order_by("candidate__index", "pk")
        .values_list("status", "attempts")
    )


def verdicts(request):
    return list(request.candidates.order_by("index").values_list("status", "verdict"))


def findings(request):
    return list(
        Finding.objects.filter(request=request)
        .order_by("candidate__index", "pk")
        .values_list("candidate__index", "check_name", "verdict")
    )


def events(request):
    return [each.data["status"] for each in request.events.filter(kind=RequestEvent.Kind.STATUS)]


def expire(run):
    ScreeningRun.objects.filter(pk=run.pk).update(lease_until=Now() - timedelta(seconds=1))


def make_due():
    ScreeningRun.objects.filter(status="queued").update(available_at=Now())


def test_pictures_that_pass_bring_the_request_before_the_reviewers(brand, being_screened):
    # given
    PaletteColourFactory(brand=brand, name="Blue", hex="#1565c0")
    request = being_screened(scene(0), scene(1), correlation_id="request-id-1")
    # when
    assert drain(seconds=10) == 2
    # then
    request.refresh_from_db()
    assert request.status == "in_review"
    assert verdicts(request) == [("screened", "pass")] * 2
    assert findings(request) == [(index, check, "pass") for index in (0, 1) for check in CHECKS]
    assert runs_of(request) == [("done", 1)] * 2
    case = ReviewCase.objects.get(request=request)
    assert (case.kind, case.status, case.brand) == ("image", "open", brand)
    assert events(request) == ["in_review"]
    event = OutboxEvent.objects.get()
    assert (event.type, event.correlation_id) == ("request.in_review", "request-id-1")
    assert AuditEvent.objects.filter(action="case.opened", object_id=case.pk).count() == 1
    assert not screen_once()


def test_one_verdict_of_several_leaves_the_request_where_it_is(being_screened):
    request = being_screened(scene(0), scene(1))
    assert screen_once()
    request.refresh_from_db()
    assert request.status == "screening"
    assert verdicts(request) == [("screened", "pass"), ("rendered", "")]
    assert not ReviewCase.objects.exists()


def test_findings_carry_score_threshold_and_evidence(brand, being_screened):
    PaletteColourFactory(brand=brand, name="Red", hex="#c62828")
    request = being_screened(scene())
    drain(seconds=10)
    broken, palette, *_rest = Finding.objects.filter(request=request).order_by("pk")
    assert (broken.category, broken.check_version, broken.threshold) == ("broken", "1", 0.99)
    assert (palette.verdict, palette.threshold) == ("flag", 0.25)
    assert palette.score < 0.03
    assert palette.evidence["swatches"][0]["nearest"] == "Red"
    assert verdicts(request) == [("screened", "flag")]


def test_a_blocked_picture_among_others_stays_blocked(being_screened):
    request = being_screened(noise(), scene())
    drain(seconds=10)
    request.refresh_from_db()
    assert verdicts(request) == [("screened", "block"), ("screened", "pass")]
    assert request.status == "in_review"


def test_all_blocked_declines_and_leaves_a_case_for_an_override(being_screened):
    request = being_screened(noise(0), noise(1))
    drain(seconds=10)
    request.refresh_from_db()
    assert (request.status, request.reason) == ("declined", "all_candidates_blocked")
    assert ReviewCase.objects.get(request=request).status == "open"
    assert OutboxEvent.objects.get().type == "request.declined"


def test_the_pixels_that_are_approved_are_those_that_were_checked(being_screened):
    # given: a file that shows another picture than the candidate's record says
    request = being_screened(scene(0))
    other = rendered(request, scene(1), status="failed")
    request.candidates.filter(index=0).update(file_sha256=other.file_sha256)
    other.delete()
    # when
    drain(seconds=10)
    # then
    assert verdicts(request) == [("screened", "block")]
    assert Finding.objects.get(check_name="broken_image").evidence == {"measure": "other_pixels"}


class BrokenCheck:
    name = "broken_check"
    version = "7"
    category = "test"

    def run(self, subject):
        raise ZeroDivisionError("what people wrote")


def test_a_check_that_raises_is_unknown_and_the_others_still_speak(
    being_screened, monkeypatch, caplog
):
    # given
    monkeypatch.setattr(screener, "IMAGE_CHECKS", (BrokenCheck(), *screener.IMAGE_CHECKS))
    request = being_screened(scene())
    # when
    drain(seconds=10)
    # then
    assert verdicts(request) == [("screened", "flag")]
    assert findings(request) == [
        (0, "broken_check", "unknown"),
        *((0, check, "pass") for check in CHECKS),
    ]
    assert Finding.objects.get(verdict="unknown").evidence == {"error": "ZeroDivisionError"}
    assert "what people wrote" not in caplog.text


def test_a_check_that_raises_does_not_soften_a_block(being_screened, monkeypatch):
    monkeypatch.setattr(screener, "IMAGE_CHECKS", (BrokenCheck(), *screener.IMAGE_CHECKS))
    request = being_screened(noise())
    drain(seconds=10)
    assert verdicts(request) == [("screened", "block")]


def test_a_worker_that_dies_after_its_claim_loses_nothing(being_screened):
    # given
    request = being_screened(scene())
    run = claim_screening(holder="dies")
    expire(run)
    # when
    assert sweep_expired_screenings() == 1
    # then
    assert runs_of(request) == [("queued", 1)]
    run.refresh_from_db()
    assert (run.last_error, run.run_alone, run.lease_holder) == ("lease_expired", True, "")
    # What a dead worker held for the first time is not kept waiting.
    assert drain(seconds=60) == 1
    assert runs_of(request) == [("done", 2)]
    assert len(findings(request)) == len(CHECKS)


def test_what_a_dead_worker_held_goes_before_what_came_later(being_screened):
    # given a picture whose worker is gone, and one that came after it
    being_screened(scene(0))
    lost = claim_screening(holder="gone")
    being_screened(scene(1))
    expire(lost)
    # when
    assert sweep_expired_screenings() == 1
    # then
    assert claim_screening(holder="b").pk == lost.pk
    assert claim_screening(holder="b").pk != lost.pk


def test_a_zombie_that_finishes_after_its_lease_writes_nothing(being_screened):
    # given: a worker stalls between its checks and its commit, and another one does the work
    request = being_screened(scene())

    def overtaken():
        run = ScreeningRun.objects.get()
        expire(run)
        assert expire_screening(run_id=run.pk)
        make_due()
        assert screen_once()

    # when
    with AtBoundary("screen.after_checks", lambda: elsewhere(overtaken)) as boundary:
        assert screen_once()
    # then
    assert boundary.passed == 2
    assert runs_of(request) == [("done", 2)]
    assert len(findings(request)) == len(CHECKS)
    assert verdicts(request) == [("screened", "pass")]
    assert ReviewCase.objects.count() == 1
    assert OutboxEvent.objects.count() == 1


def test_two_workers_never_take_the_same_picture(being_screened):
    request = being_screened(scene(0), scene(1))
    one, two = together(
        lambda: claim_screening(holder="one"), lambda: claim_screening(holder="two")
    )
    assert {one.candidate.index, two.candidate.index} == {0, 1}
    assert runs_of(request) == [("running", 1)] * 2
    assert claim_screening(holder="three") is None


def test_cancelling_voids_a_screening_in_a_workers_hands(being_screened, requester):
    # given
    request = being_screened(scene(0), scene(1))

    def cancel():
        cancel_request(actor=Actor.person(requester), request_id=request.pk)

    # when
    with AtBoundary("screen.after_checks", lambda: elsewhere(cancel)):
        assert screen_once()
    # then
    assert runs_of(request) == [("cancelled", 1), ("cancelled", 0)]
    assert verdicts(request) == [("cancelled", "")] * 2
    assert findings(request) == []
    assert not ReviewCase.objects.exists()
    assert drain(seconds=1) == 0


def test_what_kills_every_worker_ends_before_a_person_and_never_as_a_pass(being_screened):
    # given
    request = being_screened(scene())
    # when
    for attempt in range(TERMS.max_attempts):
        make_due()
        run = claim_screening(holder=f"dies-{attempt}")
        expire(run)
        assert sweep_expired_screenings() == 1
        # The first death's work is taken up at once, a later one's waits for the back-off.
        waits = attempt in range(1, TERMS.max_attempts - 1)
        assert ScreeningRun.objects.filter(available_at__gt=Now()).exists() == waits
    # then
    assert runs_of(request) == [("failed", TERMS.max_attempts)]
    assert verdicts(request) == [("screened", "flag")]
    unknown = Finding.objects.get()
    assert (unknown.check_name, unknown.verdict) == ("screening", "unknown")
    assert unknown.evidence == {"error": "lease_expired", "attempts": 3}
    request.refresh_from_db()
    assert request.status == "in_review"
    assert ReviewCase.objects.get().status == "open"
    assert claim_screening(holder="another") is None


def test_a_death_after_a_failure_keeps_nobody_waiting(being_screened):
    # given a picture whose screening failed once, and whose next worker dies
    request = being_screened(scene())
    failed = claim_screening(holder="fails")
    give_up_screening(
        candidate=failed.candidate, lease=screening_queue().lease_of(failed), error="broken"
    )
    make_due()
    expire(claim_screening(holder="dies"))
    # when
    assert sweep_expired_screenings() == 1
    # then
    assert runs_of(request) == [("queued", 2)]
    assert claim_screening(holder="another").pk == failed.pk


def test_a_picture_whose_file_is_gone_leaves_after_the_last_attempt(brand, being_screened):
    # given
    request = being_screened(scene(0), scene(1))
    lost = request.candidates.get(index=0)
    store().delete(brand.public_id, lost.file_sha256)
    # when
    for _ in range(TERMS.max_attempts):
        drain(seconds=10)
        make_due()
    # then
    lost.refresh_from_db()
    assert (lost.status, lost.verdict, lost.last_error) == ("failed", "", "stored_file_missing")
    assert runs_of(request) == [("failed", 3), ("done", 1)]
    request.refresh_from_db()
    assert request.status == "in_review"


def test_a_request_whose_files_are_all_gone_has_failed_and_can_be_tried_again(
    brand, being_screened, requester
):
    # given
    request = being_screened(scene())
    candidate = request.candidates.get()
    store().delete(brand.public_id, candidate.file_sha256)
    for _ in range(TERMS.max_attempts):
        drain(seconds=10)
        make_due()
    request.refresh_from_db()
    assert (request.status, request.reason) == ("failed", "screening_failed")
    assert not ReviewCase.objects.exists()
    # when: it is rendered once more
    retry_request(actor=Actor.person(requester), request_id=request.pk)
    image = rendered(request, scene(), status="failed", index=1)
    request.candidates.filter(index=0).update(
        status="rendered", pixel_sha256=image.pixel_sha256, file_sha256=image.file_sha256
    )
    image.delete()
    type(request).objects.filter(pk=request.pk).update(status="screening")
    request.refresh_from_db()
    with transaction.atomic():
        start_screenings(request=request)
    drain(seconds=10)
    # then
    assert runs_of(request) == [("failed", 3), ("done", 1)]
    request.refresh_from_db()
    assert request.status == "in_review"


def test_findings_are_written_once_whatever_happens(being_screened):
    request = being_screened(scene())
    drain(seconds=10)
    finding = Finding.objects.filter(request=request).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        FindingFactory(candidate=finding.candidate, check_name=finding.check_name)


def test_a_candidate_has_one_live_screening(being_screened):
    request = being_screened(scene())
    run = ScreeningRun.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        ScreeningRun.objects.create(brand=run.brand, candidate=run.candidate)
    with transaction.atomic():
        assert start_screenings(request=request) == []
    assert ScreeningRun.objects.count() == 1


def test_lost_hints_are_sent_again_and_only_while_work_is_due(being_screened, settings):
    from django.core.cache import cache

    being_screened(scene())
    cache.clear()
    assert sweep_lost_screening_hints() == 1
    drain(seconds=10)
    cache.clear()
    assert sweep_lost_screening_hints() == 0


def test_the_sweep_knows_of_screening_and_claims():
    assert {
        "screening.expired",
        "screening.hints",
        "screening.unsettled",
        "review.claims",
    } <= set(sweep())


def lies_since(request, seconds):
    type(request).objects.filter(pk=request.pk).update(
        screening_at=Now() - timedelta(seconds=seconds)
    )


def test_pictures_that_nobody_has_queued_are_queued_by_the_sweep(being_screened):
    # given
    request = being_screened(scene(0), scene(1))
    ScreeningRun.objects.all().delete()
    lies_since(request, 5)
    assert sweep_unsettled_screenings() == 0
    lies_since(request, 15)
    # when
    assert sweep_unsettled_screenings() == 1
    # then
    assert runs_of(request) == [("queued", 0)] * 2
    assert sweep_unsettled_screenings() == 0


def test_a_request_that_nobody_has_moved_on_is_moved_on_by_the_sweep(being_screened):
    # given
    request = being_screened(scene())
    request.candidates.update(status="screened", verdict="pass")
    ScreeningRun.objects.update(status="done")
    lies_since(request, 15)
    # when
    assert sweep_unsettled_screenings() == 1
    # then
    request.refresh_from_db()
    assert request.status == "in_review"
    assert ReviewCase.objects.get().status == "open"


@pytest.mark.parametrize("status", ["queued", "done", "failed", "cancelled"])
@pytest.mark.parametrize(
    ("deed", "values"),
    [(finish_screening, {"results": []}), (give_up_screening, {"error": "storage_full"})],
    ids=["finish", "give up"],
)
def test_only_a_running_screening_can_end(being_screened, status, deed, values):
    # given
    request = being_screened(scene())
    run = claim_screening(holder="worker")
    lease = screening_queue().lease_of(run)
    ScreeningRun.objects.filter(pk=run.pk).update(status=status)
    # when
    with pytest.raises(LeaseLost):
        deed(candidate=run.candidate, lease=lease, **values)
    # then
    run.refresh_from_db()
    assert run.status == status
    assert verdicts(request) == [("rendered", "")]
    assert findings(request) == []


def test_a_screening_without_any_result_is_no_pass(being_screened):
    request = being_screened(scene())
    run = claim_screening(holder="worker")
    finish_screening(candidate=run.candidate, lease=screening_queue().lease_of(run), results=[])
    assert verdicts(request) == [("screened", "flag")]


def test_a_picture_that_was_judged_already_is_not_judged_again(being_screened):
    # given: a candidate that has left while its run was still running
    request = being_screened(scene())
    run = claim_screening(holder="worker")
    request.candidates.update(status="screened", verdict="block")
    # when
    with pytest.raises(InvalidTransition):
        finish_screening(candidate=run.candidate, lease=screening_queue().lease_of(run), results=[])
    # then
    assert verdicts(request) == [("screened", "block")]
    assert runs_of(request) == [("running", 1)]


def test_the_actor_of_screening_is_the_platform(being_screened):
    being_screened(scene())
    drain(seconds=10)
    kinds = AuditEvent.objects.filter(action="candidate.screened").values_list("actor_kind")
    assert list(kinds) == [(SYSTEM.kind,)]


@pytest.mark.parametrize("pictures", [(scene(0), scene(1)), (noise(0), noise(1))])
def test_a_preview_is_over_after_its_checks_and_nobody_reviews_it(being_screened, pictures):
    # given: a preview, of good pictures or of blocked ones
    request = being_screened(*pictures, is_preview=True)
    # when
    drain(seconds=10)
    # then: it is checked like any request, and nothing waits for a decision
    request.refresh_from_db()
    assert request.status == "previewed"
    assert {status for status, _verdict in verdicts(request)} == {"screened"}
    assert not ReviewCase.objects.exists()
    assert not OutboxEvent.objects.exists()
