"""Lawful erasure: what a person wrote goes, and that it went is recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from brandhub.accounts.models import Role
from brandhub.accounts.permissions import has_role, require_role
from brandhub.audit.commitments import ERASED
from brandhub.audit.models import AuditText
from brandhub.audit.record import Actor, record
from brandhub.common.errors import Conflict, FieldError, InvalidInput, NotFound

if TYPE_CHECKING:
    from brandhub.accounts.models import User

MAX_REASON = 500

#: Empties the texts in an app's own rows of one object, under the locks of that app, and returns
#: how many held any. Raises ``Conflict`` where the texts are still needed.
Eraser = Callable[[UUID], int]

_models: dict[str, type[models.Model]] = {}
_erasers: dict[str, list[Eraser]] = defaultdict(list)


def register_eraser(model: type[models.Model], eraser: Eraser) -> None:
    """Let ``eraser`` empty what an app keeps of the texts about one ``model``, which has a
    ``brand``. Several apps may keep some of the same object; they are called in this order.
    """
    _models[model._meta.label_lower] = model
    _erasers[model._meta.label_lower].append(eraser)


def erasable_types() -> list[str]:
    """What texts can be erased of, as object types of the audit trail."""
    return sorted(_models)


@transaction.atomic
def erase_texts(*, actor: Actor, user: User, object_type: str, object_id: UUID, reason: str) -> int:
    """Erase what people wrote about one object, in the trail and in the app's rows; for good.

    Text and salt go, the commitment stays, and the chain holds. ``reason`` is recorded and can
    itself be erased later. Returns how many texts went. Raises ``InvalidInput`` for the type or
    the reason, ``NotFound`` for an object that is not there or of a brand that is not ``user``'s,
    ``Refused`` (``role_required``) unless ``user`` manages the brand, and ``Conflict``:
    ``nothing_to_erase``, or what an app says of texts that are still needed.
    """
    reason = reason.strip()
    model = _models.get(object_type)
    if model is None:
        raise _wrong("/object_type", "unknown_object_type", ", ".join(erasable_types()))
    if not reason:
        raise _wrong("/reason", "required", _("Give a reason."))
    if len(reason) > MAX_REASON:
        message = _("At most %(count)d characters.") % {"count": MAX_REASON}
        raise _wrong("/reason", "too_long", message)
    of = model._default_manager.filter(pk=object_id).first()
    brand_id: UUID | None = getattr(of, "brand_id", None)
    if of is None or brand_id is None or not has_role(user, brand_id, *Role.values):
        raise NotFound(_("There is no such object."))
    require_role(user, brand_id, Role.MANAGER)
    erased = sum(eraser(object_id) for eraser in _erasers[object_type])
    kept = AuditText.objects.filter(
        event__object_type=object_type, event__object_id=object_id, erasure__isnull=True
    ).exclude(event__action=ERASED)
    keys = list(kept.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    if not keys and not erased:
        raise Conflict(_("Nothing is left to erase here."), code="nothing_to_erase")
    event = record(
        actor=actor,
        action=ERASED,
        of=of,
        brand=brand_id,
        texts={"reason": reason},
        in_trail=len(keys),
        in_rows=erased,
    )
    AuditText.objects.filter(pk__in=keys).update(text="", salt=None, erasure=event)
    return len(keys) + erased


def _wrong(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=[FieldError(pointer, code, detail)])
