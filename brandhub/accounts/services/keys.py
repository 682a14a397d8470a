"""Keys and personal tokens: drawn once, shown once, kept as a digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brandhub.accounts.keys import draw_key
from brandhub.accounts.models import ApiClient, ApiKey, Scope, User
from brandhub.accounts.models.clients import LIVE_SCOPES
from brandhub.audit.record import Actor, record
from brandhub.common.errors import FieldError, InvalidInput, NotFound


@transaction.atomic
def issue_key(
    *,
    actor: Actor,
    name: str,
    scopes: Sequence[str],
    client: ApiClient | None = None,
    user: User | None = None,
    mode: str = ApiKey.Mode.LIVE,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Draw a key for a client, or a personal token for a person; return its row and its text.

    The text is not kept: this is the only time that anybody sees it. Raises ``InvalidInput`` for
    an unknown scope or mode, a test key for a person or with a scope that only live keys have, or
    an end in the past, ``ValueError`` unless exactly one of ``client`` and ``user`` is given.
    """
    if (client is None) == (user is None):
        raise ValueError("a key is a client's or a person's")
    _check(scopes, mode, expires_at, personal=user is not None)
    drawn = draw_key(mode)
    key = ApiKey.objects.create(
        client=client,
        user=user,
        name=name,
        mode=mode,
        prefix=drawn.prefix,
        sha256=drawn.sha256,
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    record(
        actor=actor,
        action="key.issued",
        of=key,
        brand=None,
        scopes=key.scopes,
        prefix=key.prefix,
        mode=mode,
    )
    return key, drawn.text


@transaction.atomic
def revoke_key(*, actor: Actor, key_id: UUID) -> ApiKey:
    """Make a key worthless from now on; revoking it again changes nothing. Raises ``NotFound``."""
    key = ApiKey.objects.select_for_update(no_key=True).filter(pk=key_id).first()
    if key is None:
        raise NotFound(_("There is no such key."))
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        record(actor=actor, action="key.revoked", of=key, brand=None, prefix=key.prefix)
    return key


def _check(
    scopes: Sequence[str], mode: str, expires_at: datetime | None, *, personal: bool
) -> None:
    errors = [
        FieldError(
            f"/scopes/{index}", "unknown_scope", _("There is no scope “%(scope)s”.") % {"scope": s}
        )
        for index, s in enumerate(scopes)
        if s not in Scope.values
    ]
    if mode not in ApiKey.Mode.values:
        errors.append(FieldError("/mode", "unknown_mode", _("A key is live or test.")))
    if mode == ApiKey.Mode.TEST:
        if personal:
            detail = _("Test keys are for API clients: a person has no sandbox.")
            errors.append(FieldError("/mode", "test_key_of_person", detail))
        errors += [
            FieldError(
                f"/scopes/{index}",
                "live_scope",
                _("A test key cannot have “%(scope)s”: a brand's library is the live one.")
                % {"scope": s},
            )
            for index, s in enumerate(scopes)
            if s in LIVE_SCOPES
        ]
    if expires_at is not None and expires_at <= timezone.now():
        errors.append(FieldError("/expires_at", "in_the_past", _("This time has passed.")))
    if errors:
        raise InvalidInput(_("Some values are not valid."), errors=errors)
