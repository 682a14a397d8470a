"""The state machines of the chain: which states there are, and which may follow which."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from brandhub.common.transitions import TransitionGuard


class RequestStatus(models.TextChoices):
    HELD = "held", _("Held for a person")
    QUEUED = "queued", _("Queued")
    RENDERING = "rendering", _("Rendering")
    SCREENING = "screening", _("Being checked")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    PREVIEWED = "previewed", _("Drawn as a preview")
    DECLINED = "declined", _("Declined")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class CandidateStatus(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RENDERING = "rendering", _("Rendering")
    RENDERED = "rendered", _("Rendered")
    SCREENED = "screened", _("Checked")
    APPROVED = "approved", _("Approved")
    NOT_SELECTED = "not_selected", _("Not selected")
    REJECTED = "rejected", _("Rejected")
    FAILED = "failed", _("Failed")
    QUARANTINED = "quarantined", _("Quarantined")
    CANCELLED = "cancelled", _("Cancelled")


class Verdict(models.TextChoices):
    PASS = "pass", _("Pass")
    FLAG = "flag", _("Flag")
    BLOCK = "block", _("Block")


class AttemptOutcome(models.TextChoices):
    RUNNING = "running", _("Running")
    RENDERED = "rendered", _("Rendered")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Lease expired")
    RELEASED = "released", _("Given back")
    CANCELLED = "cancelled", _("Cancelled")


class VersionStatus(models.TextChoices):
    SCHEDULED = "scheduled", _("Scheduled")
    CURRENT = "current", _("Current")
    SUPERSEDED = "superseded", _("Superseded")
    TAKEN_DOWN = "taken_down", _("Taken down")


_R = RequestStatus
REQUEST = TransitionGuard(
    "request",
    {
        _R.HELD: [_R.QUEUED, _R.DECLINED, _R.CANCELLED],
        _R.QUEUED: [_R.RENDERING, _R.FAILED, _R.CANCELLED],
        # Back to queued when every lease was given back; failed when no candidate came out.
        _R.RENDERING: [_R.QUEUED, _R.SCREENING, _R.FAILED, _R.CANCELLED],
        _R.SCREENING: [_R.IN_REVIEW, _R.PREVIEWED, _R.DECLINED, _R.FAILED, _R.CANCELLED],
        _R.IN_REVIEW: [_R.APPROVED, _R.DECLINED, _R.CHANGES_REQUESTED, _R.CANCELLED],
        # All blocked: declined by the checks, still open to a reviewer's override.
        _R.DECLINED: [_R.APPROVED],
        _R.APPROVED: [],
        # Drawn for its requester's eyes: no case, no version.
        _R.PREVIEWED: [],
        _R.CHANGES_REQUESTED: [],
        _R.FAILED: [_R.QUEUED],
        _R.CANCELLED: [],
    },
)

_C = CandidateStatus
CANDIDATE = TransitionGuard(
    "candidate",
    {
        _C.QUEUED: [_C.RENDERING, _C.CANCELLED, _C.FAILED],
        _C.RENDERING: [_C.QUEUED, _C.RENDERED, _C.FAILED, _C.QUARANTINED, _C.CANCELLED],
        _C.RENDERED: [_C.SCREENED, _C.FAILED, _C.CANCELLED],
        _C.SCREENED: [_C.APPROVED, _C.NOT_SELECTED, _C.REJECTED, _C.CANCELLED],
        _C.APPROVED: [],
        _C.NOT_SELECTED: [],
        _C.REJECTED: [],
        # A retry of the request gives these another turn.
        _C.FAILED: [_C.QUEUED],
        _C.QUARANTINED: [_C.QUEUED],
        _C.CANCELLED: [],
    },
)

_V = VersionStatus
VERSION = TransitionGuard(
    "version",
    {
        _V.SCHEDULED: [_V.CURRENT, _V.TAKEN_DOWN],
        _V.CURRENT: [_V.SUPERSEDED, _V.TAKEN_DOWN],
        _V.SUPERSEDED: [_V.CURRENT, _V.TAKEN_DOWN],
        _V.TAKEN_DOWN: [],
    },
)

#: Candidates whose rendering is over, however it ended.
RENDERING_OVER = frozenset(_C) - {_C.QUEUED, _C.RENDERING}
#: Requests that still need something from the platform or from a person.
OPEN_REQUESTS = frozenset({_R.HELD, _R.QUEUED, _R.RENDERING, _R.SCREENING, _R.IN_REVIEW})
#: Choices of statuses that the API tells of: previews are of the pages alone.
TOLD_STATUSES = [(each.value, each.label) for each in _R if each != _R.PREVIEWED]
#: Requests that are over for whoever waits on the event stream.
SETTLED_REQUESTS = frozenset(_R) - OPEN_REQUESTS
#: Settled requests from which no avatar came: few, so a list of them skips what lies between.
WITHOUT_AVATAR = SETTLED_REQUESTS - {_R.APPROVED, _R.PREVIEWED}
