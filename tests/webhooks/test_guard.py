"""Where webhooks may go: judged by the address of the connection, however it is written."""

from __future__ import annotations

import ipaddress
import socket
from time import monotonic

import pytest

from brandhub.webhooks.guard import NameUnknown, TargetForbidden, checked_addresses, is_public
from brandhub.webhooks.sending import send
from tests.integration.processes import PATIENCE
from tests.webhooks.receiver import answering, listening

FORBIDDEN = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",  # metadata of most clouds
    "169.254.170.2",
    "100.100.100.200",  # Alibaba's metadata, in the shared range
    "192.0.0.192",  # Oracle's
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:7f00:1",
    "::127.0.0.1",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",  # Amazon's metadata
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2001:0:7f00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo that carries 127.0.0.1
    "2001:db8::1",
    "ff02::1",
]


@pytest.mark.parametrize("text", FORBIDDEN)
def test_what_is_not_the_internet_is_not_public(text):
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "text", ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "64:ff9b::101:101"]
)
def test_what_is_the_internet_is_public(text):
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "0x7f000001",
        "017700000001",
        "127.1",
        "127.0.1",
        "0",
        "::1",
        "::ffff:127.0.0.1",
        "0:0:0:0:0:ffff:7f00:1",
        "localhost",
        "localhost.",
        "LOCALHOST",
        "169.254.169.254",
        "2852039166",
        "１２７.0.0.1",
    ],
)
@pytest.mark.parametrize("encrypted", [True, False])
def test_every_way_to_write_an_inner_address_is_refused_and_nothing_is_sent(host, encrypted):
    with pytest.raises((TargetForbidden, NameUnknown)):
        checked_addresses(host, 443, encrypted=encrypted)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "017700000001", "localhost", "127.1"]
)
def test_no_connection_reaches_a_listener_on_this_machine(host):
    with listening(answering(200)) as receiver:
        outcome = send(
            f"http://{host}:{receiver.port}/hooks", body=b"{}", headers={}, seconds=PATIENCE
        )

    assert (outcome.status, outcome.error) == (None, "target_forbidden")
    assert receiver.connections == 0


def test_a_mapped_address_reaches_no_listener():
    with listening(answering(200)) as receiver:
        outcome = send(
            f"http://[::ffff:127.0.0.1]:{receiver.port}/", body=b"{}", headers={}, seconds=PATIENCE
        )

    assert outcome.error == "target_forbidden"
    assert receiver.connections == 0


def test_one_inner_address_among_public_ones_spoils_the_name():
    with pytest.raises(TargetForbidden):
        checked_addresses(
            "two.example", 443, encrypted=True, resolver=lambda *_: ["1.1.1.1", "10.0.0.1"]
        )


def test_public_addresses_are_taken_as_they_were_resolved():
    assert checked_addresses(
        "one.example", 443, encrypted=True, resolver=lambda *_: ["1.1.1.1", "2606:4700::1"]
    ) == ["1.1.1.1", "2606:4700::1"]


def test_without_encryption_only_the_operators_networks_are_fit(settings):
    with pytest.raises(TargetForbidden):
        checked_addresses("one.example", 80, encrypted=False, resolver=lambda *_: ["1.1.1.1"])
    settings.WEBHOOK_ALLOWED_NETWORKS = ["10.1.0.0/16"]
    resolved = checked_addresses(
        "in.example", 80, encrypted=False, resolver=lambda *_: ["10.1.2.3"]
    )
    assert resolved == ["10.1.2.3"]
    with pytest.raises(TargetForbidden):
        checked_addresses("in.example", 443, encrypted=True, resolver=lambda *_: ["10.2.0.1"])


def test_a_name_that_does_not_resolve():
    with pytest.raises(NameUnknown):
        checked_addresses("nowhere.invalid", 443, encrypted=True)
    with pytest.raises(NameUnknown):
        checked_addresses("empty.example", 443, encrypted=True, resolver=lambda *_: [])


class Rebinding:
    """Resolves to one address the first time, and to another ever after."""

    def __init__(self, first: str, later: str) -> None:
        self._answers = [first]
        self._later = later
        self.asked = 0

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return [self._answers.pop()] if self._answers else [self._later]


def test_a_name_that_resolves_differently_the_second_time_is_judged_each_time(loopback_allowed):
    """First to a permitted listener, then to a forbidden address: each attempt asks and judges."""
    with listening(answering(200)) as receiver:
        names = Rebinding("127.0.0.1", "10.0.0.1")
        url = f"http://turncoat.example:{receiver.port}/"
        first = send(url, body=b"{}", headers={}, seconds=PATIENCE, resolver=names)
        second = send(url, body=b"{}", headers={}, seconds=PATIENCE, resolver=names)

    assert (first.status, first.error) == (200, "")
    assert (second.status, second.error) == (None, "target_forbidden")
    assert (names.asked, receiver.connections) == (2, 1)


def test_the_connection_goes_to_the_checked_address_and_to_no_second_answer(monkeypatch):
    """The system's resolver would send a second look-up to the listener; there is none."""
    connected: list[tuple[str, int]] = []

    def refuse(address, *_args, **_kwargs):
        connected.append(address)
        raise ConnectionRefusedError

    with listening(answering(200)) as receiver:
        real = socket.getaddrinfo

        def lying(host, port, *args, **kwargs):
            if host == "rebind.example":
                return real("127.0.0.1", port, *args, **kwargs)
            return real(host, port, *args, **kwargs)

        monkeypatch.setattr(socket, "getaddrinfo", lying)
        monkeypatch.setattr(socket, "create_connection", refuse)
        outcome = send(
            f"https://rebind.example:{receiver.port}/",
            body=b"{}",
            headers={},
            seconds=PATIENCE,
            resolver=lambda *_: ["1.1.1.1"],
        )

    assert outcome.error == "connection_failed"
    assert connected == [("1.1.1.1", receiver.port)]
    assert receiver.connections == 0


def test_a_proxy_of_the_environment_is_not_used(monkeypatch, loopback_allowed):
    with listening(answering(200)) as proxy, listening(answering(200)) as receiver:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        outcome = send(receiver.address, body=b"{}", headers={}, seconds=PATIENCE)

    assert outcome.delivered
    assert (proxy.connections, receiver.connections) == (0, 1)


def test_a_resolver_that_takes_too_long_leads_to_no_connection(loopback_allowed):
    with listening(answering(200)) as receiver:
        started = monotonic()

        def slow(host, port):
            while monotonic() - started < 0.4:
                pass
            return ["127.0.0.1"]

        outcome = send(receiver.address, body=b"{}", headers={}, seconds=0.3, resolver=slow)

    assert outcome.error == "timeout"
    assert receiver.connections == 0
