"""Every write of this app, as verbs."""

from moderation.services.bulk import Outcome, decide_together
from moderation.services.cases import (
    claim_case,
    comment_on_case,
    expire_claim,
    open_case,
    release_case,
    withdraw_cases,
)
from moderation.services.claiming import claim_next_case
from moderation.services.deadlines import mark_overdue
from moderation.services.decisions import approve_case, reject_case, request_changes
from moderation.services.likeness import mark_published
from moderation.services.policies import (
    change_policy,
    discard_policy,
    draft_policy,
    publish_policy,
)
from moderation.services.prompts import keep_screening, screen_prompt
from moderation.services.revising import revise_request
from moderation.services.routing import (
    assign_case,
    delegate_duty,
    end_delegation,
    escalate_case,
)
from moderation.services.screening import (
    cancel_screenings,
    claim_screening,
    expire_screening,
    finish_screening,
    give_up_screening,
    reconcile_screening,
    start_screenings,
)
from moderation.services.stages import undo_decision

__all__ = [
    "Outcome",
    "approve_case",
    "assign_case",
    "cancel_screenings",
    "change_policy",
    "claim_case",
    "claim_next_case",
    "claim_screening",
    "comment_on_case",
    "decide_together",
    "delegate_duty",
    "discard_policy",
    "draft_policy",
    "end_delegation",
    "escalate_case",
    "expire_claim",
    "expire_screening",
    "finish_screening",
    "give_up_screening",
    "keep_screening",
    "mark_overdue",
    "mark_published",
    "open_case",
    "publish_policy",
    "reconcile_screening",
    "reject_case",
    "release_case",
    "request_changes",
    "revise_request",
    "screen_prompt",
    "start_screenings",
    "undo_decision",
    "withdraw_cases",
]
