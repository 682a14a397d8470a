"""Every write of this app, as verbs."""

from avatars.services.bots import register_bot
from avatars.services.cancellation import cancel_request, retry_request
from avatars.services.holding import decline_held_request, release_held_request
from avatars.services.publication import publish_version, roll_back, take_down
from avatars.services.review import (
    advance_after_screening,
    fail_screening,
    record_screening,
    settle_review,
)
from avatars.services.sandbox import decide_in_sandbox
from avatars.services.submission import RequestPlan, plan_request, submit_request

__all__ = [
    "RequestPlan",
    "advance_after_screening",
    "cancel_request",
    "decide_in_sandbox",
    "decline_held_request",
    "fail_screening",
    "plan_request",
    "publish_version",
    "record_screening",
    "register_bot",
    "release_held_request",
    "retry_request",
    "roll_back",
    "settle_review",
    "submit_request",
    "take_down",
]
