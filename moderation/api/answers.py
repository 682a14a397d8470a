"""What reviewers are shown of cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from avatars.api.request_answers import (
    CandidateSerializer,
    FindingSerializer,
    RequestSerializer,
)
from avatars.models import Candidate
from avatars.states import Verdict
from brandhub.accounts.models import User
from brandhub.common.links import link_to
from moderation.models import CaseComment, ReviewCase
from moderation.permissions import is_own_request
from moderation.policies.rules import STAGE_ROLES
from moderation.selectors.cases import CaseDetail
from moderation.selectors.findings import decision_as_json, finding_as_json
from moderation.selectors.progress import progress_of
from moderation.states import CaseKind, CaseStatus, DecisionAction, ReasonCode


class PersonSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.SerializerMethodField()

    def get_name(self, user: User) -> str:
        return user.get_full_name() or user.get_username()


class StageSerializer(serializers.Serializer):
    """Where a case stands among the stages of its policy."""

    number = serializers.IntegerField()
    of = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    role = serializers.ChoiceField(
        choices=STAGE_ROLES,
        help_text="Who decides now: an escalated case is the managers'.",
    )
    approvals = serializers.IntegerField(help_text="That stand in this stage.")
    approvals_needed = serializers.IntegerField(help_text="In this stage.")
    approvals_missing = serializers.IntegerField(help_text="In all stages from here on.")
    approved_candidate_id = serializers.UUIDField(
        allow_null=True, help_text="The picture that all further approvals must name."
    )


class ReviewSerializer(serializers.Serializer):
    """A case in a list."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=CaseKind.choices)
    status = serializers.ChoiceField(choices=CaseStatus.choices)
    brand = serializers.CharField(source="brand.slug")
    request_id = serializers.UUIDField()
    bot = serializers.CharField(source="request.bot.external_id")
    prompt = serializers.CharField(source="request.prompt", allow_blank=True)
    verdicts = serializers.SerializerMethodField()
    claimed_by = PersonSerializer(allow_null=True)
    claimed_until = serializers.DateTimeField(allow_null=True)
    is_own = serializers.SerializerMethodField()
    policy = serializers.IntegerField(
        source="policy.number", default=None, allow_null=True, help_text="The version it follows."
    )
    stage = serializers.SerializerMethodField()
    due_at = serializers.DateTimeField(allow_null=True, help_text="When this stage is overdue.")
    overdue_at = serializers.DateTimeField(allow_null=True)
    escalated_at = serializers.DateTimeField(
        allow_null=True, help_text="Since when the next decision is a manager's."
    )
    assigned_to = PersonSerializer(allow_null=True)
    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    url = serializers.SerializerMethodField()

    @extend_schema_field(
        serializers.ListField(
            child=serializers.ChoiceField(choices=[*Verdict.choices, ("", "none")])
        )
    )
    def get_verdicts(self, case: ReviewCase) -> list[str]:
        """The checks' word on each candidate, in order."""
        return [candidate.verdict for candidate in case.request.candidates.all()]

    def get_is_own(self, case: ReviewCase) -> bool:
        """Whether the caller is behind the request and may not decide it."""
        return is_own_request(self.context["user"], case)

    @extend_schema_field(StageSerializer)
    def get_stage(self, case: ReviewCase) -> dict[str, Any]:
        progress = progress_of(case, case.standing)  # type: ignore[attr-defined]
        # Where the case is closed nothing is missing; it stays where it was decided.
        here = progress.stages[case.stage - 1]
        return {
            "number": case.stage,
            "of": len(progress.stages),
            "name": here.stage.name,
            "role": case.judged_by,
            "approvals": len(here.approvals),
            "approvals_needed": here.stage.approvals,
            "approvals_missing": progress.missing,
            "approved_candidate_id": progress.nominee.candidate_id if progress.nominee else None,
        }

    def get_url(self, case: ReviewCase) -> str:
        return link_to("review", case.pk)


class ReviewCandidateSerializer(CandidateSerializer):
    """A candidate with what the checks say of it."""

    findings = serializers.SerializerMethodField()

    @extend_schema_field(FindingSerializer(many=True))
    def get_findings(self, candidate: Candidate) -> list[dict[str, Any]]:
        return [finding_as_json(each) for each in self.context["findings"][candidate.pk]]


class CommentSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    author = PersonSerializer()
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class DecidedBySerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class PolicyOfDecisionSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.IntegerField()


class DecisionSerializer(serializers.Serializer):
    """What was decided, by whom, about which pixels."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=CaseKind.choices)
    case_id = serializers.UUIDField()
    action = serializers.ChoiceField(choices=DecisionAction.choices)
    reviewer = DecidedBySerializer(
        allow_null=True, help_text="Null where the policy itself approved."
    )
    policy = PolicyOfDecisionSerializer(allow_null=True)
    stage = serializers.IntegerField()
    on_behalf_of = DecidedBySerializer(
        allow_null=True, help_text="The manager who had delegated this duty."
    )
    is_final = serializers.BooleanField(help_text="Whether it closed the case.")
    undoes = serializers.UUIDField(
        allow_null=True, help_text="The approval that an `undo` takes back."
    )
    candidate_id = serializers.UUIDField(allow_null=True)
    pixel_sha256 = serializers.CharField(allow_blank=True)
    override = serializers.BooleanField()
    reason_codes = serializers.ListField(child=serializers.ChoiceField(choices=ReasonCode.choices))
    decided_at = serializers.DateTimeField()
    comment = serializers.CharField(allow_blank=True)


class ReviewDetailSerializer(ReviewSerializer):
    """A case with everything that a decision rests on."""

    request = RequestSerializer()
    candidates = serializers.SerializerMethodField()
    prompt_findings = serializers.SerializerMethodField()
    decisions = serializers.SerializerMethodField()
    comments = serializers.SerializerMethodField()

    @extend_schema_field(ReviewCandidateSerializer(many=True))
    def get_candidates(self, case: ReviewCase) -> list[dict[str, Any]]:
        detail: CaseDetail = self.context["detail"]
        return list(
            ReviewCandidateSerializer(
                detail.candidates, many=True, context={"findings": detail.findings}
            ).data
        )

    @extend_schema_field(FindingSerializer(many=True))
    def get_prompt_findings(self, case: ReviewCase) -> list[dict[str, Any]]:
        return [finding_as_json(each) for each in self.context["detail"].prompt_findings]

    @extend_schema_field(DecisionSerializer(many=True))
    def get_decisions(self, case: ReviewCase) -> list[dict[str, Any]]:
        return [decision_as_json(each) for each in self.context["detail"].decisions]

    @extend_schema_field(CommentSerializer(many=True))
    def get_comments(self, case: ReviewCase) -> list[dict[str, Any]]:
        return list(CommentSerializer(self.context["detail"].comments, many=True).data)


def represent_cases(cases: Sequence[ReviewCase], user: User) -> list[dict[str, Any]]:
    """Cases as ``user`` sees them in a list."""
    return list(ReviewSerializer(cases, many=True, context={"user": user}).data)


def represent_case(detail: CaseDetail, user: User) -> dict[str, Any]:
    """One case as ``user`` sees it."""
    context = {"user": user, "detail": detail}
    return dict(ReviewDetailSerializer(detail.case, context=context).data)


def represent_comment(comment: CaseComment) -> dict[str, Any]:
    """One comment."""
    return dict(CommentSerializer(comment).data)
