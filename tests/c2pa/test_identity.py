"""Who may sign: what would fail at the first picture is refused, in a sentence, before it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.core.checks import run_checks
from PIL import Image
from pytest_django import Settings

from brandhub import checks
from brandhub.c2pa import own
from brandhub.c2pa.identity import USAGES, UnusableIdentity, identity, now, signer_name
from brandhub.c2pa.reading import read_credentials
from brandhub.c2pa.signing import NotSigned, Signer, signer
from brandhub.settings.env import ConfigurationError
from tests.c2pa.authority import Authority, Issued, configure, pem_of

CERTIFICATES = "BRANDHUB_C2PA_CERTIFICATES"
MANIFEST = {
    "claim_generator_info": [{"name": "test", "version": "1"}],
    "assertions": [
        {
            "label": "c2pa.actions",
            "data": {
                "actions": [
                    {
                        "action": "c2pa.created",
                        "digitalSourceType": (
                            "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
                        ),
                    }
                ]
            },
        }
    ],
}


@pytest.fixture(scope="module")
def root() -> Authority:
    return Authority()


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (32, 32), "#1565c0").save(file, "PNG")
    return file.getvalue()


def signed_by(who: Signer) -> tuple[str, tuple[str, ...]]:
    """Sign a picture, and who it says has signed it, with what does not hold."""
    signed = who.sign(png(), content_type="image/png", manifest=MANIFEST)
    read = read_credentials(signed, content_type="image/png", anchors=who.who.anchors)
    return read.signed_by, read.failures


def refusal(settings: Settings, issued: Issued, anchors: str, *, between: str = "") -> str:
    configure(settings, issued, anchors, between=between)
    with pytest.raises(UnusableIdentity) as caught:
        checks._usable_identity()
    return str(caught.value)


@pytest.mark.parametrize("key", ["P-256", "P-384", "P-521", "Ed25519"])
def test_every_kind_of_key_that_is_taken_signs(
    root: Authority, settings: Settings, key: str
) -> None:
    kinds = {
        "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "P-521": lambda: ec.generate_private_key(ec.SECP521R1()),
        "Ed25519": ed25519.Ed25519PrivateKey.generate,
    }
    configure(settings, root.issue(key=kinds[key]()), root.pem)

    who = signer()

    assert who is not None
    assert signed_by(who) == ("Acme avatars (Acme Ltd)", ())


@pytest.mark.parametrize("usage", USAGES)
def test_every_usage_that_is_taken_is_believed(
    root: Authority, settings: Settings, usage: str
) -> None:
    configure(settings, root.issue(usages=[x509.ObjectIdentifier(usage)]), root.pem)

    who = signer()

    assert who is not None
    assert signed_by(who)[1] == ()


def test_a_chain_leads_to_the_anchor_or_is_refused(root: Authority, settings: Settings) -> None:
    between = Authority("Acme signers", above=root)
    issued = between.issue()

    configure(settings, issued, root.pem, between=between.pem)
    who = signer()
    assert who is not None
    assert signed_by(who) == ("Acme avatars (Acme Ltd)", ())

    no_lead = f"The certificates in {CERTIFICATES} do not lead to one in BRANDHUB_C2PA_ANCHORS."
    assert refusal(settings, issued, root.pem) == no_lead
    assert refusal(settings, issued, Authority("Acme signers").pem) == no_lead
    assert refusal(settings, issued, root.pem, between=root.pem + between.pem) == (
        f"The certificates in {CERTIFICATES} are no chain: the next must have issued each."
    )


def test_a_certificate_that_is_for_something_else_is_refused_here_and_by_the_library(
    root: Authority, settings: Settings
) -> None:
    lacks = f"The first certificate in {CERTIFICATES} lacks"
    usage = f"{lacks} the extended key usage emailProtection, documentSigning or C2PA's own."
    server, anything = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE
    wrong = {
        usage: [
            root.issue(usages=[]),
            root.issue(usages=[server]),
            root.issue(usages=[ExtendedKeyUsageOID.EMAIL_PROTECTION, anything]),
        ],
        f"{lacks} an authority key identifier.": [root.issue(names_authority=False)],
        (f"The first certificate in {CERTIFICATES} is an authority's; the signer's comes first."): [
            root.issue(is_authority=True)
        ],
    }
    good = root.issue()
    for sentence, certificates in wrong.items():
        for each in certificates:
            # The library, asked directly: what this module refuses would have failed later.
            configure(settings, good, root.pem)
            who = identity()
            assert who is not None
            pretending = Signer(replace(who, certificates=each.certificate, key=each.key))
            with pytest.raises(NotSigned):
                signed_by(pretending)
            assert refusal(settings, each, root.pem) == sentence
    # This one the library would sign with; C2PA's profile of certificates does not allow it.
    assert refusal(settings, root.issue(signs=False), root.pem) == (
        f"{lacks} the key usage digitalSignature."
    )


def test_time_is_up_for_any_certificate_of_the_chain(root: Authority, settings: Settings) -> None:
    ended, begins = now() - timedelta(days=2), now() + timedelta(days=3)
    expired = f"A certificate in {CERTIFICATES} has expired on {ended:%Y-%m-%d}."
    between = Authority("Acme signers", above=root, days=(-9, -2))

    assert refusal(settings, root.issue(days=(-9, -2)), root.pem) == expired
    assert refusal(settings, between.issue(), root.pem, between=between.pem) == expired
    assert refusal(settings, root.issue(days=(3, 9)), root.pem) == (
        f"A certificate in {CERTIFICATES} is valid from {begins:%Y-%m-%d} only."
    )


def test_a_key_that_cannot_be_used_is_named_and_never_shown(
    root: Authority, settings: Settings, tmp_path: Path
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    issued = root.issue(key=key)
    bare = "".join(issued.key.splitlines()[1:-1])
    unreadable = tmp_path / "folder"
    unreadable.mkdir()
    told = {
        wrong: refusal(settings, Issued(issued.certificate, wrong), root.pem)
        for wrong in (
            root.issue().key,
            pem_of(key, b"secret"),
            pem_of(rsa.generate_private_key(65537, 2048)),
            issued.certificate,
            bare,
            "/nowhere/key.pem",
            str(unreadable),
        )
    }
    assert list(told.values()) == [
        f"BRANDHUB_C2PA_KEY is not the key of the first certificate in {CERTIFICATES}.",
        "BRANDHUB_C2PA_KEY is encrypted; it must be a key without a password.",
        "BRANDHUB_C2PA_KEY must be a key on P-256, P-384 or P-521, or an Ed25519 one.",
        "BRANDHUB_C2PA_KEY holds no private key that can be read.",
        *[
            f"BRANDHUB_C2PA_KEY holds no PEM and names no file that can be read ({why})."
            for why in ("No such file or directory", "No such file or directory", "Is a directory")
        ],
    ]
    assert refusal(settings, Issued("-----BEGIN nothing", issued.key), root.pem) == (
        f"{CERTIFICATES} holds no certificate that can be read."
    )


def test_pem_comes_as_it_is_in_one_line_or_in_files(
    root: Authority, settings: Settings, tmp_path: Path
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    issued = root.issue(key=key)
    old_fashioned = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    (tmp_path / "key.pem").write_bytes(old_fashioned)
    settings.C2PA_CERTIFICATES = issued.certificate.replace("\n", "\\n")
    settings.C2PA_KEY = str(tmp_path / "key.pem")
    settings.C2PA_ANCHORS = root.pem

    who = signer()

    assert who is not None
    assert signed_by(who) == ("Acme avatars (Acme Ltd)", ())
    assert issued.key.splitlines()[1] not in repr(who.who)


def test_the_check_and_the_start_say_the_same(root: Authority, settings: Settings) -> None:
    configure(settings, root.issue(days=(-9, -2)), root.pem)

    messages = run_checks(tags=["security"])
    with pytest.raises(ConfigurationError) as caught:
        checks.refuse_unusable_signer()

    assert [each.id for each in messages] == ["brandhub.E040"]
    assert str(caught.value) == f"BrandHub cannot start: {messages[0].msg}"


def test_the_check_warns_a_month_before_and_says_when_nothing_is_signed(
    root: Authority, settings: Settings
) -> None:
    def told() -> list[str]:
        found = run_checks(tags=["security"], include_deployment_checks=True)
        return [each.id for each in found if each.id[9:] in ("E040", "W041", "I042")]

    assert told() == ["brandhub.I042"]
    checks.refuse_unusable_signer()
    configure(settings, root.issue(days=(-1, 31)), root.pem)
    assert told() == []
    configure(settings, root.issue(days=(-1, 29)), root.pem)
    assert told() == ["brandhub.W041"]
    settings.C2PA_ANCHORS = "/nowhere"
    assert told() == ["brandhub.E040"]


def test_a_machine_makes_one_identity_for_itself_and_keeps_it(
    settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "var" / "content-credentials"

    assert own.make_own_identity(folder) is True
    key = (folder / "key.pem").read_bytes()
    assert own.make_own_identity(folder) is False

    assert (folder / "key.pem").read_bytes() == key
    assert [folder.stat().st_mode & 0o777, sorted(each.name for each in folder.iterdir())] == [
        0o700,
        ["anchors.pem", "certificates.pem", "key.pem"],
    ]
    assert [each.name for each in folder.parent.iterdir()] == ["content-credentials"]
    settings.C2PA_CERTIFICATES = str(folder / "certificates.pem")
    settings.C2PA_KEY = str(folder / "key.pem")
    settings.C2PA_ANCHORS = str(folder / "anchors.pem")
    who = signer()
    assert who is not None
    assert signed_by(who) == ("Test signer (BrandHub test, trusted by nobody else)", ())


@pytest.mark.parametrize(
    ("name", "organisation", "told"),
    [
        ("Avatars", "Acme", "Avatars (Acme)"),
        (None, "Acme", "Acme"),
        ("Avatars", None, "Avatars"),
        (None, None, ""),
        ("品牌", "\x1b[31mAcme\n", "品牌 ([31mAcme)"),
        ("a" * 300, None, "a" * 200),
    ],
)
def test_what_a_signer_is_called(name: str | None, organisation: str | None, told: str) -> None:
    assert signer_name(name, organisation) == told
