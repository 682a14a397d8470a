"""Findings and decisions as JSON, for pages, the API and the lineage record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from moderation.models import Decision, Finding
from moderation.services.decisions import person_as_json, snapshot_of


def finding_as_json(finding: Finding) -> dict[str, Any]:
    """One finding; ``candidate_id`` is null for the requirement's."""
    return {
        "id": str(finding.pk),
        "candidate_id": str(finding.candidate_id) if finding.candidate_id else None,
        "check": finding.check_name,
        "version": finding.check_version,
        "category": finding.category,
        "verdict": finding.verdict,
        "score": finding.score,
        "threshold": finding.threshold,
        "evidence": finding.evidence,
    }


def findings_of_requests(request_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The findings of each request in the order they were made, in one query."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for finding in Finding.objects.filter(request_id__in=request_ids).order_by("pk"):
        found[finding.request_id].append(finding_as_json(finding))
    return dict(found)


def decision_as_json(decision: Decision) -> dict[str, Any]:
    """One decision with its comment; reads ``reviewer``, ``on_behalf_of``, ``policy``, ``case``."""
    return {
        "id": str(decision.pk),
        "kind": decision.case.kind,
        **snapshot_of(decision),
        "on_behalf_of": person_as_json(decision.on_behalf_of),
        "is_final": decision.is_final,
        "undoes": str(decision.undoes_id) if decision.undoes_id else None,
        "comment": decision.comment,
    }


def decisions_of_requests(request_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The decisions about each request, oldest first, in one query."""
    decided: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    decisions = Decision.objects.filter(case__request_id__in=request_ids).select_related(
        "case", "reviewer", "on_behalf_of", "policy"
    )
    for decision in decisions.order_by("pk"):
        decided[decision.case.request_id].append(decision_as_json(decision))
    return dict(decided)
