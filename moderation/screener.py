"""A worker's turn at screening: claim a run, look at the picture outside any transaction, finish.

The checks of pictures need numeric libraries, so they are imported in the worker's task alone.
"""

from __future__ import annotations

import time

import structlog

from avatars.models import Candidate
from brandhub.common.correlation import correlated
from brandhub.common.errors import PlatformFault
from brandhub.common.storage import store
from brandhub.jobs.boundaries import boundary
from brandhub.jobs.heartbeat import Heartbeat
from brandhub.jobs.holders import holder_name
from brandhub.jobs.protocol import LeaseLost
from brandhub.jobs.worker_process import stopping
from moderation.checks.broken_image import BrokenImage
from moderation.checks.contract import Check, CheckResult, Warmed, run_check
from moderation.checks.legibility import Legibility
from moderation.checks.near_duplicate import NearDuplicate
from moderation.checks.nudity import Nudity
from moderation.checks.palette_distance import PaletteDistance
from moderation.checks.picture import BrandColour, Fingerprint, Picture, UnreadablePicture
from moderation.checks.picture_agreement import PictureAgreement
from moderation.checks.text_in_picture import TextInPicture
from moderation.models import ScreeningRun
from moderation.queue import HEARTBEAT, screening_queue
from moderation.selectors.alignments import alignment_of
from moderation.selectors.fingerprints import PublishedNeighbours
from moderation.services.screening import claim_screening, finish_screening, give_up_screening
from styles.models import PaletteColour

log = structlog.get_logger(__name__)

IMAGE_CHECKS: tuple[Check[Picture], ...] = (
    BrokenImage(),
    PaletteDistance(),
    Legibility(),
    NearDuplicate(),
    PictureAgreement(),
    Nudity(),
    TextInPicture(),
)


def drain(*, seconds: float) -> int:
    """Screen until nothing is due, ``seconds`` have passed or the worker stops; return how many."""
    if screening_queue().due().exists():
        # Before the first claim: loading the networks may take longer than a lease.
        warm_up()
    end = time.monotonic() + seconds
    screened = 0
    while not stopping() and time.monotonic() < end and screen_once():
        screened += 1
    return screened


def warm_up() -> None:
    """Load what checks keep for all pictures. What cannot be loaded is said by each finding."""
    for check in IMAGE_CHECKS:
        if isinstance(check, Warmed):
            try:
                check.warm_up()
            except Exception as error:  # noqa: BLE001
                log.error("check_not_loaded", check=check.name, error=type(error).__name__)


def screen_once() -> bool:
    """Claim one run and see it through. Returns whether one was due."""
    run = claim_screening(holder=holder_name())
    if run is None:
        return False
    boundary("screen.after_claim")
    with correlated(run.candidate.request.correlation_id):
        try:
            _see_through(run)
        except LeaseLost:
            log.info("screening_discarded", candidate=str(run.candidate_id))
    return True


def _see_through(run: ScreeningRun) -> None:
    queue = screening_queue()
    lease = queue.lease_of(run)
    candidate = run.candidate
    with Heartbeat(queue, [lease], interval=HEARTBEAT) as heartbeat:
        try:
            picture = picture_of(candidate)
        except PlatformFault as error:
            log.warning("picture_not_read", error=error.error_code)
            give_up_screening(candidate=candidate, lease=lease, error=error.error_code)
            return
        results: list[CheckResult] = []
        rules = run.rules
        for check in IMAGE_CHECKS:
            if rules.is_off(check.name):
                continue
            results += run_check(check, picture)
            heartbeat.progressed()
            boundary(f"screen.after_{check.name}")
        boundary("screen.after_checks")
        finish_screening(
            candidate=candidate,
            lease=lease,
            results=results,
            fingerprint=_fingerprint_of(picture),
            alignment=picture.alignment,
        )
    boundary("screen.after_finish")


def _fingerprint_of(picture: Picture) -> Fingerprint | None:
    """What the picture is recognised by; nothing for one that cannot be read."""
    try:
        return picture.fingerprint
    except UnreadablePicture:
        return None


def picture_of(candidate: Candidate) -> Picture:
    """The stored file of a candidate with its brand's palette. Raises ``StoredFileMissing``."""
    brand = candidate.request.brand
    palette = PaletteColour.objects.filter(brand=brand).order_by("position", "name")
    return Picture(
        data=store().read(brand.public_id, candidate.file_sha256),
        pixel_sha256=candidate.pixel_sha256,
        palette=tuple(BrandColour(each.name, each.hex, each.tolerance) for each in palette),
        neighbours=PublishedNeighbours(candidate),
        alignment=alignment_of(candidate),
    )
