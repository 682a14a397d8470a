"""What reviewers send."""

from __future__ import annotations

from rest_framework import serializers

from avatars.api.request_bodies import RequirementBody
from brandhub.api.fields import Body, Boolean, Choice, Identifier, Query, Text
from moderation.services.cases import MAX_COMMENT
from moderation.states import CaseKind, CaseStatus, ReasonCode

SHA256 = r"^[0-9a-f]{64}$"


class ReviewFilters(Query):
    status = serializers.ChoiceField(
        choices=CaseStatus.choices, required=False, help_text="Without it: open and claimed."
    )
    kind = serializers.ChoiceField(choices=CaseKind.choices, required=False)
    brand = serializers.SlugField(required=False)
    request = serializers.UUIDField(required=False, help_text="Only the cases of this request.")
    mine = serializers.BooleanField(
        required=False, default=False, help_text="Only what the caller has claimed."
    )
    without_own = serializers.BooleanField(
        required=False, default=False, help_text="Without what the caller is behind."
    )

    escalated = serializers.BooleanField(
        required=False, default=False, help_text="Only what is before the managers."
    )
    overdue = serializers.BooleanField(
        required=False, default=False, help_text="Only what has waited longer than its stage says."
    )
    assigned = serializers.BooleanField(
        required=False, default=False, help_text="Only what was assigned to the caller."
    )
    in_turn = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Only what the caller's role may decide in its stage and has not approved.",
    )


class Comment(Text):
    """Words of a person; blank where none are needed."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**{"max_length": MAX_COMMENT, **kwargs})


def reasons(*, required: bool) -> serializers.ListField:
    """A list of reason codes."""
    return serializers.ListField(
        child=Choice(choices=ReasonCode.choices),
        required=required,
        allow_empty=not required,
        max_length=len(ReasonCode),
    )


class ApproveBody(Body):
    """For pictures, what was shown: the candidate and the digest of its pixels. Both are left
    out where a requirement is let through.
    """

    candidate_id = Identifier(required=False, allow_null=True, default=None)
    pixel_sha256 = serializers.RegexField(SHA256, required=False, allow_blank=True, default="")
    comment = Comment(required=False, allow_blank=True, default="")
    override = Boolean(
        required=False,
        default=False,
        help_text="Approve a picture that the checks block; the comment says why.",
    )


class RejectBody(Body):
    reason_codes = reasons(required=True)
    comment = Comment(required=False, allow_blank=True, default="")


class RequestChangesBody(Body):
    comment = Comment(help_text="What should be different.")
    reason_codes = reasons(required=False)


class RewordBody(RequirementBody, RequestChangesBody):
    """What is said to who asked, and the requirement that is drawn instead."""


class CommentBody(Body):
    text = Comment()


class EscalateBody(Body):
    comment = Comment(help_text="Why a manager has to decide.")


class UndoBody(Body):
    comment = Comment(required=False, allow_blank=True, default="")


class AssignBody(Body):
    assignee_id = Identifier(
        required=True, allow_null=True, help_text="Who is to decide; null for everybody again."
    )
