"""Which adapters a style revision draws with: chosen on a draft, frozen when it is published."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from brandhub.audit.record import Actor, record
from brandhub.common.errors import Conflict, FieldError, InvalidInput, NotFound
from brandhub.common.validation import refuse_invalid
from brandhub.inference.adapter_files import MAX_RANK
from brandhub.inference.specs import MAX_ADAPTERS
from styles.adapters.states import UNDER_WAY, USABLE, AdapterStatus
from styles.models.adapters import AdapterRevision, PinnedAdapter
from styles.models.styles import StyleRevision
from styles.states import RevisionStatus


@transaction.atomic
def pin_adapters(
    *, actor: Actor, revision_id: UUID, pins: Sequence[tuple[UUID, float]]
) -> StyleRevision:
    """Have a draft draw with these adapters' revisions, each with its weight, and no others.

    Raises ``NotFound``, ``Conflict`` (``revision_frozen``), and ``InvalidInput`` with a pointer for
    an adapter that is not the brand's, not ready, of another base model, named twice, of a weight
    out of range, or where the stack can't be composed.
    """
    revision = (
        StyleRevision.objects.select_for_update(of=("self",), no_key=True)
        .select_related("style", "base_model")
        .filter(pk=revision_id)
        .first()
    )
    if revision is None:
        raise NotFound(_("There is no such revision."))
    if revision.status != RevisionStatus.DRAFT:
        raise Conflict(
            _("A published revision does not change. Make a new one."), code="revision_frozen"
        )
    known = AdapterRevision.objects.filter(brand_id=revision.style.brand_id).in_bulk(
        [pk for pk, _weight in pins]
    )
    kept = set(revision.pinned_adapters.values_list("adapter_revision_id", flat=True))
    rows = []
    for position, (pk, weight) in enumerate(pins):
        adapter = known.get(pk)
        if adapter is None or (adapter.status != AdapterStatus.READY and pk not in kept):
            raise _refused(position, "adapter_not_ready", _("Choose an adapter that is ready."))
        if not math.isfinite(weight):
            # The column's validators compare, and no number is neither above nor below.
            raise _refused(position, "weight_invalid", _("A weight is a number."))
        row = PinnedAdapter(
            revision=revision, adapter_revision=adapter, weight=weight, position=position
        )
        refuse_invalid(row, exclude=["revision", "adapter_revision"])
        rows.append(row)
    check_stack(revision, rows)
    revision.pinned_adapters.all().delete()
    PinnedAdapter.objects.bulk_create(rows)
    record(
        actor=actor,
        action="style_revision.adapters_pinned",
        of=revision,
        brand=revision.style.brand_id,
        adapters=[[str(row.adapter_revision_id), row.weight] for row in rows],
    )
    return revision


def check_pins(revision: StyleRevision) -> None:
    """Raise ``InvalidInput`` unless what ``revision`` pins can be drawn with: for publishing."""
    pins = revision.pinned_adapters.select_related("adapter_revision__base_model")
    check_stack(revision, list(pins))


def copy_pins(*, source: StyleRevision, target: StyleRevision) -> None:
    """Give a new draft the pins of the revision that it was copied from.

    What was deprecated since comes along: the style goes on using it.
    """
    PinnedAdapter.objects.bulk_create(
        PinnedAdapter(
            revision=target,
            adapter_revision_id=pin.adapter_revision_id,
            weight=pin.weight,
            position=pin.position,
        )
        for pin in source.pinned_adapters.all()
    )


def pin_imported(*, revision: StyleRevision, pins: Sequence[tuple[AdapterRevision, float]]) -> None:
    """Give a new draft the adapters of its style pack, which a worker may still have to check.

    Until they are ready nothing is drawn with the draft, and it is not published. Raises
    ``InvalidInput`` as :func:`pin_adapters` does.
    """
    rows = [
        PinnedAdapter(revision=revision, adapter_revision=adapter, weight=weight, position=position)
        for position, (adapter, weight) in enumerate(pins)
    ]
    check_stack(revision, rows, statuses=USABLE | UNDER_WAY | {AdapterStatus.FAILED})
    PinnedAdapter.objects.bulk_create(rows)


def pinned_stack(revision: StyleRevision) -> list[dict[str, Any]]:
    """What a request keeps of the adapters that it is drawn with: names, hashes and weights.

    Raises ``Conflict`` (``adapter_not_ready``) for a draft whose adapters are still being checked.
    """
    pins = revision.pinned_adapters.values_list(
        "adapter_revision__adapter__slug",
        "adapter_revision__number",
        "adapter_revision_id",
        "adapter_revision__canonical_sha256",
        "weight",
        "adapter_revision__trigger_words",
        "adapter_revision__status",
    )
    if any(status not in USABLE for *_pin, status in pins):
        raise Conflict(_("An adapter of this revision is not ready."), code="adapter_not_ready")
    return [
        {
            "adapter": f"{slug}@{number}",
            "revision": str(adapter_revision),
            "sha256": sha256,
            "weight": weight,
            "trigger_words": trigger_words,
        }
        for slug, number, adapter_revision, sha256, weight, trigger_words, _status in pins
    ]


def check_stack(
    revision: StyleRevision,
    rows: Sequence[PinnedAdapter],
    *,
    statuses: Collection[str] = USABLE,
) -> None:
    """Raise ``InvalidInput`` unless ``rows``, whose adapters have one of ``statuses``, make a stack
    that ``revision`` can draw with.
    """
    if len(rows) > MAX_ADAPTERS:
        detail = _("At most %(limit)d adapters.") % {"limit": MAX_ADAPTERS}
        raise _refused(MAX_ADAPTERS, "too_many_adapters", detail)
    seen: set[UUID] = set()
    rank = 0
    for position, row in enumerate(rows):
        adapter = row.adapter_revision
        if adapter.pk in seen:
            raise _refused(position, "adapter_twice", _("Choose each adapter once."))
        seen.add(adapter.pk)
        if adapter.status not in statuses:
            raise _refused(position, "adapter_not_ready", _("Choose an adapter that is ready."))
        if adapter.base_model_id != revision.base_model_id:
            raise _refused(
                position,
                "adapter_of_another_base",
                _("This adapter is for %(adapter_base)s; the style draws with %(base)s.")
                % {"adapter_base": adapter.base_model.name, "base": revision.base_model.name},
            )
        rank += adapter.rank
        if rank > MAX_RANK:
            raise _refused(
                position,
                "stack_rank_too_high",
                _("Together these adapters have rank %(rank)d; one of %(limit)d is the most.")
                % {"rank": rank, "limit": MAX_RANK},
            )


def _refused(position: int, code: str, detail: str) -> InvalidInput:
    return InvalidInput(
        detail, code=code, errors=[FieldError(f"/adapters/{position}", code, detail)]
    )
