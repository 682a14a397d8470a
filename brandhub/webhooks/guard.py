"""Where a webhook may go: addresses are checked as the connection is made, and nothing after.

A name is resolved once, all its addresses are judged, and the connection goes to one of exactly
these. What a name resolved to when the endpoint was registered, or would resolve to a moment
later, does not matter; nor does how an address is written, for only the resolved one is looked at.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import Any

import httpcore
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from brandhub.common.errors import BrandHubError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Sequence[str]]

# Special-purpose blocks (IANA's registries) that older versions of `ipaddress` call global: IETF
# protocol assignments with Oracle's metadata service and Teredo, and the relays of 6to4.
_SPECIAL: tuple[Network, ...] = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16"))
)
# An IPv6-only network reaches IPv4 under this prefix (NAT64, RFC 6052).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_CONNECT_SECONDS = 5.0


class TargetForbidden(BrandHubError):
    """The target is, or resolves to, an address that webhooks may not reach."""

    code = "target_forbidden"
    title = _("This address cannot be reached by webhooks")
    status = 422


class NameUnknown(BrandHubError):
    code = "name_not_resolved"
    title = _("The target's name does not resolve")
    status = 422


def is_public(address: Address) -> bool:
    """Whether ``address``, or the IPv4 address that it stands for, belongs to the Internet.

    Not so private, loopback, link-local (with the metadata services), shared, multicast,
    documentation and reserved addresses.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if any(address.version == block.version and address in block for block in _SPECIAL):
        return False
    return address.is_global and not (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
    )


def is_allowed(address: Address, allowed: Iterable[Network]) -> bool:
    """Whether the operator has named a network that ``address`` is in, mapped forms included."""
    plain = getattr(address, "ipv4_mapped", None) or address
    return any(plain.version == network.version and plain in network for network in allowed)


def allowed_networks() -> tuple[Network, ...]:
    """The networks that an operator has opened: ``WEBHOOK_ALLOWED_NETWORKS``."""
    return tuple(ipaddress.ip_network(network) for network in settings.WEBHOOK_ALLOWED_NETWORKS)


def resolve(host: str, port: int) -> list[str]:
    """Every address of ``host``, as the system resolves it. Raises ``NameUnknown``."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameUnknown from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_addresses(
    host: str, port: int, *, encrypted: bool, resolver: Resolver | None = None
) -> list[str]:
    """The addresses of ``host``, all of them fit for a connection.

    One unfit address spoils the name: who answers with both tries something. Without encryption
    only the operator's own networks are fit. Raises ``TargetForbidden`` and ``NameUnknown``.
    """
    allowed = allowed_networks()
    addresses = list((resolver or resolve)(host, port))
    if not addresses:
        raise NameUnknown
    for text in addresses:
        address = ipaddress.ip_address(text.partition("%")[0])
        if not is_allowed(address, allowed) and not (encrypted and is_public(address)):
            raise TargetForbidden
    return addresses


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses only, and lets nothing take longer than until ``deadline``.

    A read's own time limit starts anew with every byte, so that a receiver that drips could hold
    a worker for ever; the deadline is for the whole exchange.
    """

    def __init__(
        self, *, deadline: float, encrypted: bool, resolver: Resolver | None = None
    ) -> None:
        self._deadline = deadline
        self._encrypted = encrypted
        self._resolver = resolver
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = checked_addresses(
            host.strip("[]"), port, encrypted=self._encrypted, resolver=self._resolver
        )
        failure: Exception = httpcore.ConnectError("no address")
        for address in addresses:
            try:
                stream = self._backend.connect_tcp(
                    address, port, timeout=min(_CONNECT_SECONDS, remaining(self._deadline))
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _DeadlineStream(stream, self._deadline)
        raise failure

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        raise TargetForbidden

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(min(seconds, remaining(self._deadline)))


class _DeadlineStream(httpcore.NetworkStream):
    """A stream of which every operation ends by the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=remaining(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=remaining(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: Any,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        encrypted = self._stream.start_tls(
            ssl_context, server_hostname, timeout=remaining(self._deadline)
        )
        return _DeadlineStream(encrypted, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def remaining(deadline: float) -> float:
    """Seconds left until ``deadline``. Raises ``httpcore.ReadTimeout`` when none are."""
    left = deadline - monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time for the whole exchange is over")
    return left
