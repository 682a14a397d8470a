"""Nobody can make a picture say otherwise than the record has it."""

from __future__ import annotations

import contextlib
import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from avatars import content_credentials
from avatars.models import AvatarVersion
from avatars.renditions import FORMATS, RenditionSpec
from avatars.services import take_down
from brandhub.audit.record import SYSTEM
from brandhub.c2pa.signing import signer
from tests.api.pictures import opened, png
from tests.avatars.credentials.signed import ROOT, SIGNED_BY, SPEC, file_of
from tests.c2pa.authority import Authority, configure

pytestmark = pytest.mark.django_db(transaction=True)


class TestVerifying:
    pytestmark = pytest.mark.usefixtures("signing_on")

    @pytest.fixture
    def verify(self, tmp_path: Path) -> Callable[[bytes], str]:
        """What the command says of a file, or the sentence it fails with."""
        path = tmp_path / "avatar"

        def ask(data: bytes) -> str:
            path.write_bytes(data)
            out = io.StringIO()
            with contextlib.suppress(CommandError):
                call_command("verify_credentials", str(path), stdout=out)
                return out.getvalue().removeprefix(str(path)).rstrip()
            with pytest.raises(CommandError) as caught:
                call_command("verify_credentials", str(path))
            return "FAILED" + str(caught.value).removeprefix(str(path))

        return ask

    @pytest.mark.parametrize("format_", FORMATS)
    def test_what_was_delivered_is_verified_and_one_changed_byte_is_found(
        self, version: AvatarVersion, verify: Callable[[bytes], str], format_: str
    ) -> None:
        data = file_of(version, RenditionSpec.parse(256, format_))
        pixels = {"png": b"IDAT", "webp": b"VP8 ", "jpeg": b"\xff\xda", "avif": b"mdat"}[format_]
        changed = bytearray(data)
        changed[data.index(pixels) + 60] ^= 1

        assert verify(data) == (
            f": signed by {SIGNED_BY}, unchanged; version 1 of {version.bot.external_id} (current),"
            f" approved by decision {version.decision_id}, as on record"
        )
        code = "bmffHash" if format_ == "avif" else "dataHash"
        assert verify(bytes(changed)) == (
            "FAILED: The picture was changed after it was signed, or the credentials are another"
            f" file's (assertion.{code}.mismatch)."
        )

    def test_credentials_of_one_file_do_not_fit_another(
        self, version: AvatarVersion, verify: Callable[[bytes], str]
    ) -> None:
        signed, plain = file_of(version), png("#ff0000", size=256)
        chunk = signed[signed.index(b"caBX") - 4 :]
        chunk = chunk[: 12 + int.from_bytes(chunk[:4], "big")]
        after_header = 8 + 25

        moved = plain[:after_header] + chunk + plain[after_header:]

        assert opened(moved).size == (256, 256)
        assert verify(moved) == (
            "FAILED: The picture was changed after it was signed, or the credentials are another"
            " file's (assertion.dataHash.mismatch)."
        )

    def test_what_the_credentials_say_cannot_be_changed(
        self, version: AvatarVersion, verify: Callable[[bytes], str]
    ) -> None:
        data = file_of(version)
        chunk = data.index(b"caBX")
        start, end = chunk, chunk + 4 + int.from_bytes(data[chunk - 4 : chunk], "big")
        said = data[start:end].replace(b"256-png-square", b"256-png-circle")
        forged = data[:start] + said + zlib.crc32(said).to_bytes(4, "big") + data[end + 4 :]

        assert verify(forged) == (
            "FAILED: What the credentials say was changed after they were signed"
            " (assertion.hashedURI.mismatch)."
        )

    def test_a_stranger_who_signs_the_same_is_not_trusted(
        self, version: AvatarVersion, verify: Callable[[bytes], str], settings: Settings
    ) -> None:
        stranger = Authority()
        configure(settings, stranger.issue("\x1b[2JAcme avatars"), stranger.pem)
        forged = file_of(version)
        configure(settings, ROOT.issue(), ROOT.pem)

        assert verify(forged) == (
            "FAILED: It is signed by [2JAcme avatars (Acme Ltd), whom this installation does not"
            " trust."
        )

    def test_what_is_no_picture_of_ours_is_told_by_what_is_missing(
        self, version: AvatarVersion, verify: Callable[[bytes], str], settings: Settings
    ) -> None:
        assert verify(b"GIF89a") == "FAILED: It is no PNG, WebP, JPEG or AVIF file."
        assert verify(b"") == "FAILED: It is no PNG, WebP, JPEG or AVIF file."
        assert verify(png()) == "FAILED: It carries no content credentials."
        who = signer()
        assert who is not None
        manifest = content_credentials.manifest_of(version, SPEC)
        nothing_of_ours = {**manifest, "assertions": manifest["assertions"][:1]}
        data = who.sign(png(), content_type="image/png", manifest=nothing_of_ours)
        assert verify(data) == f"FAILED: It is signed by {SIGNED_BY}, but not as an avatar."
        settings.C2PA_ANCHORS = ""
        with pytest.raises(CommandError, match="BRANDHUB_C2PA_ANCHORS is not set"):
            call_command("verify_credentials", "/dev/null")

    @pytest.mark.parametrize(
        ("claim", "value"),
        [
            ("pixel_sha256", "f" * 64),
            ("number", 2),
            ("bot", "0193c0de-0000-7000-8000-000000000002"),
            ("decision", "0193c0de-0000-7000-8000-000000000003"),
            ("recipe_sha256", "e" * 64),
            ("decided_by", "person"),
        ],
    )
    def test_whoever_has_the_key_cannot_go_round_the_record(
        self, version: AvatarVersion, verify: Callable[[bytes], str], claim: str, value: object
    ) -> None:
        who = signer()
        assert who is not None
        manifest = content_credentials.manifest_of(version, SPEC)
        claims = manifest["assertions"][1]["data"]
        recorded = claims[claim]
        claims[claim] = value

        data = who.sign(png(), content_type="image/png", manifest=manifest)

        assert verify(data) == (
            f"FAILED: The credentials say {claim} is {value}, the record says {recorded}."
        )

    def test_another_picture_with_all_the_right_claims_was_never_delivered(
        self, version: AvatarVersion, verify: Callable[[bytes], str]
    ) -> None:
        who = signer()
        assert who is not None
        manifest = content_credentials.manifest_of(version, SPEC)

        data = who.sign(png("#00ff00"), content_type="image/png", manifest=manifest)

        assert verify(data) == "FAILED: Version 1 is on record, but this file of it is not."

    def test_a_version_of_another_database_is_said_to_be_unknown(
        self, version: AvatarVersion, verify: Callable[[bytes], str]
    ) -> None:
        who = signer()
        assert who is not None
        manifest = content_credentials.manifest_of(version, SPEC)
        claims = manifest["assertions"][1]["data"]
        claims["version"] = "0193c0de-0000-7000-8000-000000000009"

        assert verify(who.sign(png(), content_type="image/png", manifest=manifest)) == (
            f": signed by {SIGNED_BY}, unchanged; version"
            " 0193c0de-0000-7000-8000-000000000009 is not in this database"
        )
        claims["version"] = "\x1b]0;mine"
        assert verify(who.sign(png(), content_type="image/png", manifest=manifest)) == (
            "FAILED: Its credentials name no version."
        )

    def test_a_withdrawn_picture_is_genuine_and_not_the_brands_any_more(
        self, version: AvatarVersion, verify: Callable[[bytes], str]
    ) -> None:
        data = file_of(version)

        take_down(actor=SYSTEM, bot_id=version.bot_id, reason="infringes")

        version.refresh_from_db()
        assert verify(data) == (
            f"FAILED: It is genuine, and was withdrawn on {version.taken_down_at:%Y-%m-%d}."
        )
