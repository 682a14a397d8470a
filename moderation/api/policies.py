"""Review policies over the API: to be read, by persons who review in the brand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from brandhub.accounts.permissions import require_role
from brandhub.api.fields import Query
from brandhub.api.pagination import paginated
from brandhub.api.schema import PAGE_QUERY, page_of
from brandhub.common.errors import NotFound
from moderation.api.views import ReviewView
from moderation.models import ReviewPolicy
from moderation.permissions import REVIEWERS
from moderation.policies.catalogue import CATALOGUE
from moderation.policies.rules import STAGE_ROLES
from moderation.states import CheckMode, PolicyStatus


class PolicyFilters(Query):
    brand = serializers.SlugField(required=False)
    status = serializers.ChoiceField(choices=PolicyStatus.choices, required=False)


class CheckRuleSerializer(serializers.Serializer):
    check = serializers.ChoiceField(choices=[each.name for each in CATALOGUE])
    mode = serializers.ChoiceField(choices=CheckMode.choices)
    threshold = serializers.FloatField(allow_null=True, help_text="Null for the check's own.")
    block_threshold = serializers.FloatField(allow_null=True)


class PolicyStageSerializer(serializers.Serializer):
    name = serializers.CharField(allow_blank=True)
    role = serializers.ChoiceField(choices=STAGE_ROLES)
    approvals = serializers.IntegerField(help_text="By so many different people.")
    claim_minutes = serializers.IntegerField()
    age_limit_hours = serializers.IntegerField(allow_null=True)


class ReviewPolicySerializer(serializers.Serializer):
    """One version of a brand's policy."""

    id = serializers.UUIDField()
    brand = serializers.CharField(source="brand.slug")
    number = serializers.IntegerField()
    status = serializers.ChoiceField(choices=PolicyStatus.choices)
    note = serializers.CharField(allow_blank=True)
    checks = serializers.SerializerMethodField()
    stages = PolicyStageSerializer(many=True)
    auto_approve = serializers.BooleanField()
    published_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(CheckRuleSerializer(many=True))
    def get_checks(self, policy: ReviewPolicy) -> list[dict[str, Any]]:
        rules = policy.rules
        return [
            {
                "check": check.name,
                "mode": rule.mode,
                "threshold": rule.threshold,
                "block_threshold": rule.block_threshold,
            }
            for check in CATALOGUE
            for rule in [rules.rule_for(check.name)]
        ]


def represent_policies(policies: Sequence[ReviewPolicy]) -> list[dict[str, Any]]:
    """Policies as those who review see them."""
    return list(ReviewPolicySerializer(policies, many=True).data)


class ReviewPolicies(ReviewView):
    """The versions."""

    @extend_schema(
        operation_id="review_policies_list",
        summary="List the review policies of the brands where the caller reviews, newest first",
        parameters=[PolicyFilters, *PAGE_QUERY],
        responses=page_of(ReviewPolicySerializer),
    )
    def get(self, request: Request) -> Response:
        asked = self.query(PolicyFilters, paged=True)
        policies = ReviewPolicy.objects.with_role(self.user, *REVIEWERS).select_related("brand")
        if asked.get("brand"):
            policies = policies.filter(brand__slug=asked["brand"])
        if asked.get("status"):
            policies = policies.filter(status=asked["status"])
        return paginated(request, policies, represent_policies)


class ReviewPolicyDetail(ReviewView):
    """One version."""

    @extend_schema(
        operation_id="review_policies_get",
        summary="Get one version of a brand's review policy",
        responses=ReviewPolicySerializer,
    )
    def get(self, request: Request, policy_id: UUID) -> Response:
        self.query()
        policies = ReviewPolicy.objects.visible_to(self.user).select_related("brand")
        policy = policies.filter(pk=policy_id).first()
        if policy is None:
            raise NotFound
        require_role(self.user, policy.brand, *REVIEWERS)
        return Response(ReviewPolicySerializer(policy).data)
