"""One attempt against a real listener: what counts, how long it may take, how much is read."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from datetime import timedelta
from email.utils import format_datetime
from time import monotonic

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from brandhub.webhooks import guard, sending
from brandhub.webhooks.sending import send
from tests.integration.processes import PATIENCE, free_port
from tests.webhooks.receiver import (
    answering,
    dripping_headers,
    endless_body,
    endless_headers,
    hanging_up,
    listening,
    never_answering,
)

pytestmark = pytest.mark.usefixtures("loopback_allowed")


@pytest.fixture
def waits(monkeypatch):
    """For how long each operation of an attempt might wait, one after the other."""
    noted = []
    remaining = guard.remaining

    def note(deadline):
        noted.append(remaining(deadline))
        return noted[-1]

    monkeypatch.setattr(guard, "remaining", note)
    return noted


def attempt(behaviour, *, seconds=30.0):
    with listening(behaviour) as receiver:
        return send(receiver.address, body=b'{"a":1}', headers={"x-a": "b"}, seconds=seconds)


def test_what_is_sent_arrives_as_it_is():
    with listening(answering(204)) as receiver:
        outcome = send(
            f"{receiver.address}?x=1", body=b'{"a":1}', headers={"x-a": "b"}, seconds=PATIENCE
        )

    assert (outcome.status, outcome.error, outcome.delivered) == (204, "", True)
    (received,) = receiver.received
    assert (received.method, received.path, received.body) == ("POST", "/hooks?x=1", b'{"a":1}')
    assert received.headers["x-a"] == "b"
    assert received.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert received.headers["content-length"] == "7"


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_success(status):
    assert attempt(answering(status)).delivered


@pytest.mark.parametrize("status", [300, 304, 400, 401, 404, 409, 410, 418, 429, 500, 503])
def test_everything_else_is_a_failure_with_its_status(status):
    outcome = attempt(answering(status))
    assert (outcome.status, outcome.error) == (status, f"http_{status}")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(status):
    with listening(answering(200)) as other:
        outcome = attempt(answering(status, f"Location: {other.address}"))

    assert (outcome.status, outcome.error) == (status, f"http_{status}")
    assert other.connections == 0


@pytest.mark.parametrize(
    ("value", "pause"),
    [
        ("120", timedelta(seconds=120)),
        ("0", timedelta()),
        ("999999999999999999999", timedelta(hours=24)),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", timedelta()),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(hours=24)),
        ("Fri, 31 Dec 99999999999999999999 23:59:59 GMT", None),
        ("Wed, 21 Oct 2015 07:28:00 +99999999999999999999", None),
    ],
)
def test_a_pause_that_is_asked_for(value, pause):
    assert attempt(answering(503, f"Retry-After: {value}")).retry_after == pause


def test_a_pause_until_a_time():
    before = dt.datetime.now(dt.UTC)
    at = before.replace(microsecond=0) + timedelta(minutes=10)

    pause = attempt(answering(429, f"Retry-After: {format_datetime(at, usegmt=True)}")).retry_after

    assert at - dt.datetime.now(dt.UTC) <= pause <= at - before


@pytest.mark.parametrize("behaviour", [never_answering, dripping_headers])
def test_a_receiver_that_takes_its_time_is_left_after_the_whole_limit(behaviour, waits):
    started = monotonic()
    outcome = attempt(behaviour, seconds=0.6)

    assert (outcome.status, outcome.error) == (None, "timeout")
    assert monotonic() - started > 0.5
    # Nothing was waited for longer than what was left of the limit.
    assert waits[0] <= 0.6
    assert waits == sorted(waits, reverse=True)


def test_an_endless_body_is_not_read():
    """Else the attempt would end by its limit."""
    assert attempt(endless_body).delivered


def test_endless_headers_are_given_up_early():
    """Before the limit, which would be told as one."""
    outcome = attempt(endless_headers)

    assert (outcome.status, outcome.error) == (None, "connection_failed")


def test_a_receiver_that_hangs_up_or_is_not_there():
    assert attempt(hanging_up).error == "connection_failed"
    outcome = send(f"http://127.0.0.1:{free_port()}/", body=b"", headers={}, seconds=PATIENCE)
    assert (outcome.status, outcome.error) == (None, "connection_failed")


def test_what_is_no_http_is_a_failure():
    def nonsense(connection, number):
        connection.sendall(b"\x00\x01 SSH-2.0-what\r\n\r\n")

    assert attempt(nonsense).error == "connection_failed"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate for hooks.example and the loopback address."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("hooks.example"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    path = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused(tls):
    with listening(answering(200), tls=tls) as receiver:
        outcome = send(receiver.address, body=b"{}", headers={}, seconds=PATIENCE)

    assert outcome.error == "tls_failed"
    assert receiver.received == []


def test_the_certificate_is_checked_against_the_name_not_the_address(tls, certificate, monkeypatch):
    trusting = ssl.create_default_context(cafile=certificate)
    monkeypatch.setattr(sending, "_ssl_context", lambda: trusting)
    with listening(answering(200), tls=tls) as receiver:

        def resolver(*_):
            return ["127.0.0.1"]

        right = send(
            f"https://hooks.example:{receiver.port}/",
            body=b"{}",
            headers={},
            seconds=PATIENCE,
            resolver=resolver,
        )
        wrong = send(
            f"https://other.example:{receiver.port}/",
            body=b"{}",
            headers={},
            seconds=PATIENCE,
            resolver=resolver,
        )

    assert right.delivered
    assert receiver.received[0].headers["host"] == f"hooks.example:{receiver.port}"
    assert wrong.error == "tls_failed"
    assert len(receiver.received) == 1


def test_a_handshake_that_never_ends_is_left(certificate, waits):
    with listening(never_answering) as receiver:
        outcome = send(
            receiver.address.replace("http:", "https:"), body=b"{}", headers={}, seconds=0.6
        )

    assert outcome.error == "timeout"
    assert waits[0] <= 0.6
    assert waits == sorted(waits, reverse=True)
