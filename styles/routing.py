"""How much work a picture is worth: which steps and which scheduler a requirement is drawn with.

A revision says how its pictures are drawn at their standard; its tier says whether a request gets
that, less or more. The choice depends on the revision and on the requirement alone, so the same
request is drawn alike today and tomorrow, and its record keeps what was chosen.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from django.utils.translation import pgettext

from brandhub import vocabulary
from styles.composition import ComposedPrompt
from styles.models import StyleRevision
from styles.models.base_models import GuidanceSchedule
from styles.models.styles import Tier

#: Four steps have none to spare for guiding early: they lose style and background by it.
#: UniPC (arXiv 2302.04867) keeps colours in bounds at four steps, where DDIM burns them and
#: DPM-Solver++ does still; measured for the embedded model in docs/avatar-mini.md.
FEW_STEPS_SCHEDULER = "unipc"
DRAFT_SHARE = 1 / 3
FEWEST_STEPS = 4
BEST_FACTOR = 2
#: Beyond this nothing is gained with any scheduler here.
MOST_STEPS = 60
#: A requirement that names so few things is simple.
SIMPLE_TAGS = 4

Reason = Literal["tier", "simple", "not_simple"]


def tier_name(tier: str) -> str:
    """A tier by its name alone, for where the steps stand beside it."""
    names = {
        Tier.DRAFT: pgettext("tier", "Draft"),
        Tier.LIGHT: pgettext("tier", "Light"),
        Tier.STANDARD: pgettext("tier", "Standard"),
        Tier.BEST: pgettext("tier", "Best"),
    }
    return names[Tier(tier)]


@dataclass(frozen=True, slots=True)
class Route:
    """How a request is drawn. ``reason`` is ``tier`` where the revision alone decided."""

    tier: str
    steps: int
    scheduler: str
    guidance_schedule: str
    reason: Reason = "tier"

    def as_json(self) -> dict[str, Any]:
        """As a request keeps it, and its lineage tells it."""
        return asdict(self)


def route_for(
    revision: StyleRevision, composed: ComposedPrompt, *, has_references: bool = False
) -> Route:
    """The route of a requirement in a revision.

    ``light`` sends simple requirements the way of ``draft`` and the others that of ``standard``.
    Guided early is only what starts from noise and wears no adapter: a reference has settled what
    will be there, and an adapter's style gets lost by it (measured in docs/avatar-mini.md).
    """
    tier, reason = _tier_for(revision, composed, has_references)
    route = _by_tier(revision, tier, reason)
    if route.guidance_schedule == GuidanceSchedule.EARLY and (
        has_references or revision.pinned_adapters.exists()
    ):
        return replace(route, guidance_schedule=GuidanceSchedule.CONSTANT)
    return route


def _tier_for(
    revision: StyleRevision, composed: ComposedPrompt, has_references: bool
) -> tuple[str, Reason]:
    if revision.tier != Tier.LIGHT:
        return revision.tier, "tier"
    if not has_references and is_simple(composed):
        return Tier.DRAFT, "simple"
    return Tier.STANDARD, "not_simple"


def is_simple(composed: ComposedPrompt) -> bool:
    """Whether few things are asked for, each drawable, and nothing is to be absent."""
    named = sum(
        len(vocabulary.tag_names(composed.tags, category.name))
        for category in vocabulary.CATEGORIES
    )
    return named <= SIMPLE_TAGS and not composed.absent and not composed.unsupported


def _by_tier(revision: StyleRevision, tier: str, reason: Reason) -> Route:
    if tier == Tier.DRAFT:
        steps = max(FEWEST_STEPS, round(revision.steps * DRAFT_SHARE))
        # A revision that is written with fewer steps has a scheduler that suits them.
        if steps < revision.steps:
            return Route(tier, steps, FEW_STEPS_SCHEDULER, GuidanceSchedule.CONSTANT, reason)
    if tier == Tier.BEST:
        steps = max(revision.steps, min(MOST_STEPS, revision.steps * BEST_FACTOR))
    else:
        steps = revision.steps
    return Route(tier, steps, revision.scheduler, revision.guidance_schedule, reason)
