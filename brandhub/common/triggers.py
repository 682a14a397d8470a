"""What the database itself refuses, whoever asks: changes to what was published or recorded.

The services refuse the same with a reason; these hold where somebody goes past them.
"""

from __future__ import annotations

from collections.abc import Iterable

import pgtrigger


def frozen_once_published(*, kept: Iterable[str]) -> list[pgtrigger.Trigger]:
    """Rows that are no ``draft`` any more change in nothing but their status.

    Those whose status is among ``kept`` cannot be deleted.
    """
    return [
        pgtrigger.Protect(
            name="published_is_frozen",
            operation=pgtrigger.Update,
            # Every column but the status, those of later migrations included.
            condition=pgtrigger.Condition(
                "OLD.status <> 'draft' AND "
                "(to_jsonb(OLD) - 'status') IS DISTINCT FROM (to_jsonb(NEW) - 'status')"
            ),
        ),
        pgtrigger.Protect(
            name="published_is_kept",
            operation=pgtrigger.Delete,
            condition=pgtrigger.Q(old__status__in=list(kept)),
        ),
    ]


def never_truncated(*, name: str, what: str) -> pgtrigger.Trigger:
    """The table cannot be emptied, which row triggers do not see; the error names ``what``."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=f"RAISE EXCEPTION '{what} cannot be truncated';",
    )
