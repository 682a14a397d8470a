"""Policies in words: what their thresholds measure, and a stage as a sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from brandhub.accounts.models import Role
from brandhub.common.listing import phrases
from moderation.policies.catalogue import KNOWN
from moderation.policies.rules import CheckRule, Stage
from moderation.states import CheckMode
from moderation.wordings import CHECKS

#: What a check's threshold is a threshold of.
THRESHOLDS = {
    "palette_distance": gettext_lazy("Least share of pixels in the brand's colours"),
    "legibility": gettext_lazy("Least legibility; 1 is what the check asks for"),
    "near_duplicate": gettext_lazy("Likeness to a published picture, from here on"),
    "picture_agreement": gettext_lazy("Least sureness of each thing asked; 1 is guessing"),
    "nudity": gettext_lazy("Certainty of a bare body, from here on"),
    "text_in_picture": gettext_lazy("Certainty of the reading, from here on"),
}


def check_in_words(name: str) -> str:
    """What a check is called."""
    return str(CHECKS.get(name) or name.replace("_", " "))


def rule_in_words(name: str, rule: CheckRule) -> str:
    """A rule as a reader sees it: mode and thresholds, the check's own where none were moved."""
    known = KNOWN[name]
    words = str(CheckMode(rule.mode).label)
    if rule.mode == CheckMode.OFF or known.threshold is None:
        return words
    threshold = known.threshold.default if rule.threshold is None else rule.threshold
    parts = [words, _("below %(value)g") if known.low_is_bad else _("from %(value)g")]
    parts[1] %= {"value": threshold}
    if rule.mode == CheckMode.GRADED and known.block_threshold is not None:
        block = (
            known.block_threshold.default if rule.block_threshold is None else rule.block_threshold
        )
        parts.append(_("blocks from %(value)g") % {"value": block})
    return phrases(parts)


def stage_in_words(stage: Stage) -> str:
    """A stage as a line: its name, who, how many, how long."""
    if stage.role == Role.MANAGER:
        who = ngettext("%(n)d manager", "%(n)d different managers", stage.approvals)
    else:
        who = ngettext("%(n)d reviewer", "%(n)d different reviewers", stage.approvals)
    parts = [who % {"n": stage.approvals}]
    minutes = ngettext("claims last %(n)d minute", "claims last %(n)d minutes", stage.claim_minutes)
    parts.append(minutes % {"n": stage.claim_minutes})
    if stage.age_limit_hours is not None:
        hours = ngettext(
            "overdue after %(n)d hour", "overdue after %(n)d hours", stage.age_limit_hours
        )
        parts.append(hours % {"n": stage.age_limit_hours})
    words = phrases(parts)
    return f"{stage.name}: {words}" if stage.name else words
