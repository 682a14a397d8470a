"""What a caller is told of requests and their candidates."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache
from typing import Any, TypedDict

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from avatars.api.request_bodies import PRIORITIES
from avatars.hooks import moderation
from avatars.models import Candidate, GenerationRequest, ReferenceRole
from avatars.models.requests import Priority
from avatars.selectors.listings import withdrawn_pixels
from avatars.selectors.queue import standing_of
from avatars.services.submission import RequestPlan
from avatars.states import RENDERING_OVER, TOLD_STATUSES, CandidateStatus, Verdict
from brandhub.accounts.callers import Caller
from brandhub.accounts.models import Scope
from brandhub.api.schema import LIVEMODE
from brandhub.common.links import link_to
from brandhub.common.storage import store
from styles.api.tags import ReadAs
from styles.models.base_models import GuidanceSchedule
from styles.models.styles import Tier

_PRIORITY_NAMES = {value: name for name, value in PRIORITIES.items()}

Finding = dict[str, Any]


class FindingSerializer(serializers.Serializer):
    """One check's word."""

    check = serializers.CharField()
    version = serializers.CharField(required=False)
    category = serializers.CharField()
    verdict = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    threshold = serializers.FloatField(allow_null=True)
    evidence = serializers.DictField()


class CandidateSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    index = serializers.IntegerField()
    seed = serializers.IntegerField()
    status = serializers.ChoiceField(choices=CandidateStatus.choices)
    verdict = serializers.ChoiceField(
        choices=[*Verdict.choices, ("", "none yet")], help_text="Of the checks together."
    )
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    pixel_sha256 = serializers.CharField(allow_blank=True)
    rank = serializers.IntegerField(
        allow_null=True,
        help_text="Place among the request's pictures by agreement with what was asked, from 1.",
    )
    agreement = serializers.FloatField(
        allow_null=True, help_text="How far it agrees with what was asked, 0 to 1."
    )
    image_url = serializers.SerializerMethodField()

    def get_image_url(self, candidate: Candidate) -> str | None:
        """The preview; null while there is none that was checked."""
        return link_to("candidate-image", candidate.pk) if candidate.verdict else None


class CandidateDetailSerializer(CandidateSerializer):
    findings = FindingSerializer(many=True, read_only=True)
    image_base64 = serializers.CharField(
        allow_null=True,
        read_only=True,
        help_text="The PNG, with `?inline=base64` and for a caller who may see it; else null.",
    )


class ProgressSerializer(serializers.Serializer):
    candidates_done = serializers.IntegerField()
    candidates_total = serializers.IntegerField()
    steps_done = serializers.IntegerField()
    steps_total = serializers.IntegerField()


class CostSerializer(serializers.Serializer):
    amount = serializers.IntegerField()
    unit = serializers.ChoiceField(choices=["image_steps"])


class Cost(TypedDict):
    amount: int
    unit: str


def cost_of(image_steps: int) -> Cost:
    """Candidates × steps: the work of the device, in whole units."""
    return {"amount": image_steps, "unit": "image_steps"}


class RequestReferenceSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="image_id")
    role = serializers.ChoiceField(choices=ReferenceRole.choices)
    weight = serializers.FloatField()


class _RequestFields(serializers.Serializer):
    id = serializers.UUIDField()
    livemode = serializers.SerializerMethodField(help_text=LIVEMODE)
    status = serializers.ChoiceField(choices=TOLD_STATUSES)
    reason = serializers.CharField(allow_blank=True, help_text="Why it is held or failed: a code.")
    bot = serializers.CharField(source="bot.external_id")
    brand = serializers.CharField(source="brand.slug")
    style = serializers.SerializerMethodField()  # type: ignore[assignment]
    prompt = serializers.CharField(allow_blank=True)
    negative_prompt = serializers.CharField(allow_blank=True)
    tags = serializers.DictField()
    absent_tags = serializers.ListField(child=serializers.CharField())
    not_understood = serializers.ListField(child=serializers.CharField())
    reference_images = RequestReferenceSerializer(source="references", many=True)
    seed = serializers.IntegerField()
    priority = serializers.SerializerMethodField()
    external_id = serializers.CharField(allow_blank=True)
    metadata = serializers.DictField()
    continues = serializers.UUIDField(source="continues_id", allow_null=True)
    cost = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    queued_at = serializers.DateTimeField(allow_null=True)
    in_review_at = serializers.DateTimeField(allow_null=True)
    settled_at = serializers.DateTimeField(allow_null=True)
    url = serializers.SerializerMethodField()
    events_url = serializers.SerializerMethodField()

    def get_livemode(self, request: GenerationRequest) -> bool:
        return not request.sandbox

    def get_style(self, request: GenerationRequest) -> str:
        """With the revision that is pinned."""
        revision = request.style_revision
        return f"{revision.style.brand.slug}/{revision.style.slug}@{revision.number}"

    @extend_schema_field(serializers.ChoiceField(choices=list(PRIORITIES)))
    def get_priority(self, request: GenerationRequest) -> str:
        return _PRIORITY_NAMES[Priority(request.priority)]

    @extend_schema_field(CostSerializer)
    def get_cost(self, request: GenerationRequest) -> Cost:
        return cost_of(request.candidate_count * request.steps_walked)

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, request: GenerationRequest) -> dict[str, int]:
        candidates = request.candidates.all()
        # What was cancelled or failed has walked no further than it came.
        steps = sum(min(each.progress, request.steps_walked) for each in candidates)
        return {
            "candidates_done": sum(each.status in RENDERING_OVER for each in candidates),
            "candidates_total": request.candidate_count,
            "steps_done": steps,
            "steps_total": request.candidate_count * request.steps_walked,
        }

    def get_url(self, request: GenerationRequest) -> str:
        return link_to("request", request.pk)

    def get_events_url(self, request: GenerationRequest) -> str:
        return link_to("request-events", request.pk)


class RequestSerializer(_RequestFields):
    candidates = CandidateSerializer(many=True)


class RequestDetailSerializer(_RequestFields):
    queue_position = serializers.IntegerField(
        allow_null=True,
        read_only=True,
        help_text="Requests that come before it; the least it can be once a thousand pictures do; "
        "null when nothing of it waits.",
    )
    estimate_seconds = serializers.FloatField(
        allow_null=True,
        read_only=True,
        help_text="Until all is rendered, the least it can be behind so many; null when done, or "
        "without experience to judge by.",
    )
    findings = FindingSerializer(
        many=True, read_only=True, help_text="Of the requirement; a candidate has its own."
    )
    candidates = CandidateDetailSerializer(many=True, read_only=True)


class RouteSerializer(serializers.Serializer):
    base_model = serializers.CharField()
    family = serializers.CharField()
    tier = serializers.ChoiceField(choices=Tier.values, help_text="That it is drawn by.")
    steps = serializers.IntegerField()
    scheduler = serializers.CharField()
    guidance_schedule = serializers.ChoiceField(
        choices=GuidanceSchedule.values,
        help_text="`early`: more than the guidance scale while the noise is strong.",
    )
    reason = serializers.ChoiceField(
        choices=["tier", "simple", "not_simple"],
        help_text="`tier`: the style says so; else what the requirement is to a `light` style.",
    )


class PlanSerializer(serializers.Serializer):
    """What a dry run answers."""

    tags = serializers.DictField()
    absent_tags = serializers.ListField(child=serializers.CharField())
    not_understood = serializers.ListField(child=serializers.CharField())
    read_as = ReadAs()
    unsupported = serializers.ListField(child=serializers.CharField())
    prompt = serializers.CharField(allow_blank=True, help_text="As the model would read it.")
    negative_prompt = serializers.CharField(allow_blank=True)
    route = RouteSerializer()
    estimate_seconds = serializers.FloatField(allow_null=True)
    cost = CostSerializer()
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    findings = FindingSerializer(many=True)


def represent_requests(requests: Sequence[GenerationRequest]) -> list[dict[str, Any]]:
    """Requests of a list, with candidates and without what costs a query each."""
    return list(RequestSerializer(requests, many=True).data)


def represent_request(
    request: GenerationRequest,
    caller: Caller,
    *,
    inline: bool = False,
    findings: Sequence[Finding] | None = None,
) -> dict[str, Any]:
    """One request with everything; ``inline`` adds previews if the caller may see them.

    The findings are asked for unless they are given.
    """
    if findings is None:
        findings = moderation().findings_of(request_ids=[request.pk]).get(request.pk, [])
    standing = standing_of(request)
    shown = inline and caller.has_scope(Scope.PREVIEWS_READ)
    candidates = list(request.candidates.all())
    withdrawn = withdrawn_pixels(candidates) if shown else set()
    return {
        **_written_by(_RequestFields).to_representation(request),
        "queue_position": standing.position,
        "estimate_seconds": standing.seconds,
        "findings": [each for each in findings if each["candidate_id"] is None],
        "candidates": [
            {
                **_written_by(CandidateSerializer).to_representation(each),
                "findings": [one for one in findings if one["candidate_id"] == str(each.pk)],
                "image_base64": _png(request, each)
                if shown and each.pixel_sha256 not in withdrawn
                else None,
            }
            for each in candidates
        ],
    }


def _png(request: GenerationRequest, candidate: Candidate) -> str | None:
    if candidate.verdict in {"", Verdict.BLOCK}:
        return None
    return base64.b64encode(store().read(request.brand.public_id, candidate.file_sha256)).decode()


@cache
def _written_by(serializer: type[serializers.Serializer]) -> serializers.Serializer:
    """One serializer for all answers: DRF copies every field for each that is made anew."""
    return serializer()


def represent_plan(plan: RequestPlan) -> dict[str, Any]:
    """A dry run's answer."""
    composed, screening = plan.composed, plan.screening
    return {
        "tags": composed.tags,
        "absent_tags": list(composed.absent),
        "not_understood": list(composed.not_understood),
        "read_as": dict(composed.read_as),
        "unsupported": list(composed.unsupported),
        "prompt": composed.prompt,
        "negative_prompt": composed.negative_prompt,
        "route": {
            "base_model": plan.base_model,
            "family": plan.family,
            **plan.route.as_json(),
        },
        "estimate_seconds": plan.estimate_seconds,
        "cost": cost_of(plan.cost),
        "verdict": screening.verdict,
        "findings": [finding.as_json() for finding in screening.findings],
    }
