"""Endpoints: where a client wants to be told, and the secrets that sign what it is told."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brandhub.accounts.models import ApiClient
from brandhub.audit.record import Actor, record
from brandhub.common.errors import Conflict, FieldError, InvalidInput, NotFound
from brandhub.jobs.hints import hint_on_commit
from brandhub.webhooks.guard import (
    NameUnknown,
    TargetForbidden,
    allowed_networks,
    checked_addresses,
)
from brandhub.webhooks.models import Delivery, EventType, WebhookEndpoint
from brandhub.webhooks.queue import DELIVER_QUEUE, DELIVER_TASK
from brandhub.webhooks.secrets import draw_secret, encrypt
from brandhub.webhooks.services.emission import record_event

MAX_ENDPOINTS = 20
MAX_URL = 500
#: How long a replaced secret goes on signing beside the new one.
ROTATION_OVERLAP = timedelta(hours=24)
_CHOOSABLE = frozenset(EventType.values) - {EventType.PING}
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}")


@transaction.atomic
def create_endpoint(
    *,
    actor: Actor,
    client: ApiClient,
    url: str,
    event_types: Sequence[str] = (),
    sandbox: bool = False,
) -> tuple[WebhookEndpoint, str]:
    """Register an endpoint, live or for the client's ``sandbox``; return it and its signing secret,
    which is shown this once.

    Raises ``InvalidInput`` with pointers for an address or a type that is not possible, and
    ``Conflict`` (``too_many_endpoints``).
    """
    url = checked_url(url)
    types = _checked_types(event_types)
    ApiClient.objects.select_for_update(no_key=True).get(pk=client.pk)
    if client.webhook_endpoints.filter(sandbox=sandbox).count() >= MAX_ENDPOINTS:
        raise Conflict(
            _("A client has at most %(limit)d endpoints.") % {"limit": MAX_ENDPOINTS},
            code="too_many_endpoints",
        )
    secret = draw_secret()
    endpoint = WebhookEndpoint.objects.create(
        client=client,
        sandbox=sandbox,
        url=url,
        event_types=types,
        secret_encrypted=encrypt(secret),
    )
    _record(actor, "webhook_endpoint.created", endpoint, types=types)
    return endpoint, secret


@transaction.atomic
def change_endpoint(
    *,
    actor: Actor,
    endpoint_id: UUID,
    url: str | None = None,
    event_types: Sequence[str] | None = None,
    is_enabled: bool | None = None,
) -> WebhookEndpoint:
    """Change what is given and leave the rest. Enabling forgets why it was disabled.

    Raises ``NotFound`` and ``InvalidInput``.
    """
    endpoint = lock_endpoint(endpoint_id)
    changed = []
    if url is not None and (url := checked_url(url)) != endpoint.url:
        endpoint.url = url
        changed.append("url")
    if event_types is not None and (types := _checked_types(event_types)) != endpoint.event_types:
        endpoint.event_types = types
        changed.append("event_types")
    if is_enabled is not None and is_enabled != endpoint.is_enabled:
        endpoint.is_enabled = is_enabled
        endpoint.disabled_reason = "" if is_enabled else "by_request"
        endpoint.failing_since = None
        changed += ["is_enabled", "disabled_reason", "failing_since"]
        if is_enabled:
            hint_on_commit(DELIVER_TASK, queue=DELIVER_QUEUE)
    if changed:
        endpoint.save(update_fields=changed)
        _record(actor, "webhook_endpoint.changed", endpoint, fields=changed)
    return endpoint


@transaction.atomic
def delete_endpoint(*, actor: Actor, endpoint_id: UUID) -> None:
    """Remove an endpoint with its deliveries; the events stay. Raises ``NotFound``."""
    endpoint = lock_endpoint(endpoint_id)
    _record(actor, "webhook_endpoint.deleted", endpoint)
    endpoint.delete()


@transaction.atomic
def rotate_secret(*, actor: Actor, endpoint_id: UUID) -> tuple[WebhookEndpoint, str]:
    """Draw a new secret and return it, this once; the old one signs beside it for a day.

    Raises ``NotFound``.
    """
    endpoint = lock_endpoint(endpoint_id)
    secret = draw_secret()
    endpoint.previous_secret_encrypted = endpoint.secret_encrypted
    endpoint.previous_secret_until = timezone.now() + ROTATION_OVERLAP
    endpoint.secret_encrypted = encrypt(secret)
    endpoint.save(
        update_fields=["secret_encrypted", "previous_secret_encrypted", "previous_secret_until"]
    )
    _record(actor, "webhook_endpoint.secret_rotated", endpoint)
    return endpoint, secret


@transaction.atomic
def ping(*, actor: Actor, endpoint_id: UUID) -> Delivery:
    """Send a ``ping`` to one endpoint, whatever types it chose; return its delivery.

    Raises ``NotFound``, and ``Conflict`` (``endpoint_disabled``, ``client_without_brand``).
    """
    endpoint = lock_endpoint(endpoint_id)
    require_enabled(endpoint)
    brand = endpoint.client.brands.order_by("pk").first()
    if brand is None:
        raise Conflict(_("This client has no brand."), code="client_without_brand")
    event = record_event(
        event_type=EventType.PING,
        brand=brand,
        client=endpoint.client,
        data={"endpoint_id": str(endpoint.pk)},
        sandbox=endpoint.sandbox,
    )
    delivery = Delivery.objects.create(event=event, endpoint=endpoint)
    _record(actor, "webhook_endpoint.pinged", endpoint)
    hint_on_commit(DELIVER_TASK, queue=DELIVER_QUEUE)
    return delivery


def lock_endpoint(endpoint_id: UUID) -> WebhookEndpoint:
    """Lock an endpoint, which comes before its deliveries. Raises ``NotFound``."""
    endpoint = (
        WebhookEndpoint.objects.select_for_update(of=("self",), no_key=True)
        .select_related("client")
        .filter(pk=endpoint_id)
        .first()
    )
    if endpoint is None:
        raise NotFound(_("There is no such endpoint."))
    return endpoint


def require_enabled(endpoint: WebhookEndpoint) -> None:
    """Raise ``Conflict`` (``endpoint_disabled``) for an endpoint that is told nothing now."""
    if not endpoint.is_enabled:
        raise Conflict(_("This endpoint is disabled."), code="endpoint_disabled")


def checked_url(url: str, *, pointer: str = "/url") -> str:
    """``url`` if a webhook may be sent there, its host in ASCII.

    An address that is written out is judged now; a name is judged when the connection is made, as
    it may resolve otherwise by then. Raises ``InvalidInput`` (``invalid_url``, ``https_required``,
    ``target_forbidden``).
    """
    try:
        if not url.isprintable():
            # The parser would drop line feeds in silence.
            raise ValueError("unprintable")
        parts = urlsplit(url.strip())
        host = _ascii_host(parts)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise _refused(pointer, "invalid_url", _("This is not an address.")) from None
    if len(url) > MAX_URL or parts.scheme not in ("http", "https") or parts.username is not None:
        detail = _("An address such as https://example.com/hooks, without name and password.")
        raise _refused(pointer, "invalid_url", detail)
    if parts.scheme == "http" and not allowed_networks():
        raise _refused(pointer, "https_required", _("The address must begin with https://."))
    if _is_written_address(host):
        try:
            checked_addresses(host, port, encrypted=parts.scheme == "https")
        except (TargetForbidden, NameUnknown):
            detail = _("Webhooks cannot be sent to this address.")
            raise _refused(pointer, "target_forbidden", detail) from None
    netloc = f"[{host}]" if ":" in host else host
    if parts.port:
        netloc = f"{netloc}:{parts.port}"
    return parts._replace(netloc=netloc, fragment="").geturl()


def _ascii_host(parts: SplitResult) -> str:
    """The host as DNS asks for it. Raises ``ValueError``."""
    host = parts.hostname or ""
    if " " in parts.geturl():
        raise ValueError("a blank")
    if ":" in host:
        return str(ipaddress.IPv6Address(host))
    host = host.encode("idna").decode("ascii")
    if not _HOST.fullmatch(host):
        raise ValueError("not a host name")
    if not (parts.path + parts.query).isascii():
        raise ValueError("not encoded")
    return host


def _is_written_address(host: str) -> bool:
    """Whether ``host`` is an address in any form: 127.1, 0x7f000001, 017700000001, ::1.

    No name in DNS ends in a label of digits alone or of a hexadecimal number (RFC 3696, 2).
    """
    last = host.rstrip(".").rpartition(".")[2].lower()
    return ":" in host or last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last) is not None


def _checked_types(event_types: Sequence[str]) -> list[str]:
    errors = [
        FieldError(
            f"/event_types/{index}",
            "unknown_event_type",
            _("There is no event type “%(type)s”.") % {"type": str(event_type)[:80]},
        )
        for index, event_type in enumerate(event_types)
        if event_type not in _CHOOSABLE
    ]
    if errors:
        raise InvalidInput(_("Some values are not valid."), errors=errors)
    return sorted(set(event_types))


def _refused(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, code=code, errors=[FieldError(pointer, code, detail)])


def _record(actor: Actor, action: str, endpoint: WebhookEndpoint, **data: Any) -> None:
    record(
        actor=actor,
        action=action,
        of=endpoint,
        brand=None,
        sandbox=endpoint.sandbox,
        host=endpoint.host,
        **data,
    )
