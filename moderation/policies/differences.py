"""What became different from one policy to another, in words that a person reads."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from moderation.policies.catalogue import CATALOGUE
from moderation.policies.rules import PolicyRules
from moderation.policies.wordings import check_in_words, rule_in_words, stage_in_words
from styles.differences import Change


def changes_between(older: PolicyRules, newer: PolicyRules) -> list[Change]:
    """Every check, every stage and the approval without a person in which the two differ."""
    return [*_checks(older, newer), *_stages(older, newer), *_approval(older, newer)]


def _checks(older: PolicyRules, newer: PolicyRules) -> Iterator[Change]:
    for check in CATALOGUE:
        before, after = (
            rule_in_words(check.name, rules.rule_for(check.name)) for rules in (older, newer)
        )
        if before != after:
            yield Change(check_in_words(check.name), before=before, after=after)


def _stages(older: PolicyRules, newer: PolicyRules) -> Iterator[Change]:
    for at in range(max(len(older.stages), len(newer.stages))):
        before, after = (
            stage_in_words(rules.stages[at]) if at < len(rules.stages) else _("none")
            for rules in (older, newer)
        )
        if before != after:
            yield Change(_("Stage %(number)d") % {"number": at + 1}, before=before, after=after)


def _approval(older: PolicyRules, newer: PolicyRules) -> Iterator[Change]:
    if older.auto_approve != newer.auto_approve:
        words = {True: _("at once, without a person"), False: _("by people")}
        yield Change(
            _("Clean pictures are approved"),
            before=words[older.auto_approve],
            after=words[newer.auto_approve],
        )
