from django.db import models
from django.utils.translation import gettext_lazy as _

from brandhub.common.transitions import TransitionGuard


class CaseKind(models.TextChoices):
    PROMPT = "prompt", _("Requirement")
    IMAGE = "image", _("Pictures")


class CaseStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CLAIMED = "claimed", _("Claimed")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ScreeningStatus(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class FindingVerdict(models.TextChoices):
    PASS = "pass", _("Pass")
    FLAG = "flag", _("Flag")
    BLOCK = "block", _("Block")
    #: The check could not run. Never counted as a pass.
    UNKNOWN = "unknown", _("Unknown")


class CheckMode(models.TextChoices):
    """What a policy makes of a check that found something."""

    #: Not run at all.
    OFF = "off", _("Off")
    #: Whatever it finds is shown to a person.
    FLAG = "flag", _("Flag")
    #: As the check itself grades what it found.
    GRADED = "graded", _("Flag or block, by what was found")
    #: Whatever it finds blocks.
    BLOCK = "block", _("Block")


class PolicyStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    CURRENT = "current", _("In force")
    SUPERSEDED = "superseded", _("Superseded")


class DecisionAction(models.TextChoices):
    APPROVE = "approve", _("Approve")
    REJECT = "reject", _("Reject")
    REQUEST_CHANGES = "request_changes", _("Request changes")
    UNDO = "undo", _("Take back")
    ESCALATE = "escalate", _("Escalate")


class ReasonCode(models.TextChoices):
    """Why a person said no, for statistics and for whoever has to change something."""

    OFF_BRAND = "off_brand", _("Does not fit the brand")
    WRONG_FEATURES = "wrong_features", _("Not what was asked for")
    LOW_QUALITY = "low_quality", _("Badly drawn")
    UNREADABLE = "unreadable", _("Not recognisable when small")
    INAPPROPRIATE = "inappropriate", _("Not appropriate")
    INFRINGING = "infringing", _("Uses what belongs to others")
    MISLEADING = "misleading", _("Misleading")
    OTHER = "other", _("Other, see the comment")


_S = CaseStatus
CASE = TransitionGuard(
    "case",
    {
        # A policy approves without a claim; a person's decision claims by the way.
        _S.OPEN: [_S.CLAIMED, _S.APPROVED, _S.WITHDRAWN],
        _S.CLAIMED: [
            _S.OPEN,
            _S.APPROVED,
            _S.REJECTED,
            _S.CHANGES_REQUESTED,
            _S.WITHDRAWN,
        ],
        _S.APPROVED: [],
        _S.REJECTED: [],
        _S.CHANGES_REQUESTED: [],
        _S.WITHDRAWN: [],
    },
)

_N = ScreeningStatus
SCREENING = TransitionGuard(
    "screening",
    {
        _N.QUEUED: [_N.RUNNING, _N.CANCELLED],
        _N.RUNNING: [_N.QUEUED, _N.DONE, _N.FAILED, _N.CANCELLED],
        _N.DONE: [],
        _N.FAILED: [],
        _N.CANCELLED: [],
    },
)


class NoticeKind(models.TextChoices):
    """Why somebody is written to about a case."""

    OVERDUE = "overdue", _("Overdue")
    ESCALATED = "escalated", _("Escalated")
    ASSIGNED = "assigned", _("Assigned")


class NoticeStatus(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    #: It no longer concerned whom it was for when its turn came.
    WITHDRAWN = "withdrawn", _("Withdrawn")
    FAILED = "failed", _("Failed")


_O = NoticeStatus
NOTICE = TransitionGuard(
    "notice",
    {
        _O.QUEUED: [_O.SENDING],
        _O.SENDING: [_O.QUEUED, _O.SENT, _O.WITHDRAWN, _O.FAILED],
        _O.SENT: [],
        # What it tells of has come true again.
        _O.WITHDRAWN: [_O.QUEUED],
        _O.FAILED: [],
    },
)

_P = PolicyStatus
POLICY = TransitionGuard(
    "policy",
    {
        _P.DRAFT: [_P.CURRENT],
        _P.CURRENT: [_P.SUPERSEDED],
        _P.SUPERSEDED: [],
    },
)

#: A candidate has at most one screening in these.
LIVE_OR_DONE = frozenset({_N.QUEUED, _N.RUNNING, _N.DONE})

OPEN_CASES = frozenset({_S.OPEN, _S.CLAIMED})
