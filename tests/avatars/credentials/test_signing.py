"""Published pictures say in themselves what they are."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from pytest_django import Settings
from structlog.testing import capture_logs

from avatars.content_credentials import LABEL, recipe_sha256
from avatars.models import AvatarVersion, Rendition
from avatars.renditions import FORMATS, RenditionSpec, render, rendition_for
from avatars.selectors.versions import provenance, version_with_lineage
from brandhub import __version__
from brandhub.c2pa import signing
from brandhub.c2pa.reading import NoCredentials, read_credentials
from brandhub.c2pa.signing import REST_SECONDS, signer
from brandhub.common.pixels import pixel_sha256
from brandhub.common.storage import store
from tests.api.pictures import opened, png, published
from tests.avatars.credentials.signed import CERTIFICATES, ROOT, SIGNED_BY, SPEC, file_of, told_by
from tests.c2pa.authority import configure
from tests.factories import ApiClientFactory, BotFactory, RequestReferenceFactory
from tests.races import elsewhere

pytestmark = pytest.mark.django_db(transaction=True)


class TestSigning:
    pytestmark = pytest.mark.usefixtures("signing_on")

    @pytest.mark.parametrize("format_", FORMATS)
    def test_every_format_is_signed_from_128_pixels_on_and_its_pixels_stay(
        self, version: AvatarVersion, format_: str
    ) -> None:
        original = store().read(version.brand.public_id, version.file_sha256)
        for size in (96, 128, 512):
            for shape in ("square", "circle"):
                spec = RenditionSpec.parse(size, format_, shape)
                data = file_of(version, spec)
                plain, _ = render(original, spec)
                if size < 128:
                    assert data == plain
                    continue
                assert told_by(data, spec.content_type)[LABEL]["rendition"] == str(spec)
                assert pixel_sha256(opened(data)) == pixel_sha256(opened(plain))
                assert 2800 < len(data) - len(plain) < 4400
        rows = Rendition.objects.order_by("width", "spec")
        assert {row.signed_by for row in rows.filter(width__lt=128)} == {""}
        assert {row.signed_by for row in rows.filter(width__gte=128)} == {SIGNED_BY}

    def test_the_manifest_says_what_the_record_says_and_no_word_more(
        self, version: AvatarVersion
    ) -> None:
        decision = {"reviewer": {"id": "7", "name": "Rita R"}, "decided_at": "2026-11-30T10:00:00Z"}
        bot = BotFactory(brand=version.brand, name="Secret name")
        candidate = version.candidate
        candidate.request.prompt = "secret words"
        candidate.request.save()
        published_ = AvatarVersion.objects.create(
            brand=version.brand,
            bot=bot,
            number=1,
            status="current",
            candidate=candidate,
            pixel_sha256="b" * 64,
            file_sha256=version.file_sha256,
            decision_id="0193c0de-0000-7000-8000-000000000001",
            decision=decision,
        )

        data = file_of(published_, RenditionSpec.parse(256, "webp", "circle"))
        told = told_by(data, "image/webp")

        model = candidate.request.base_model
        assert told["c2pa.actions.v2"] == {
            "actions": [
                {
                    "action": "c2pa.created",
                    "when": candidate.created_at.isoformat(timespec="seconds"),
                    "digitalSourceType": (
                        "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
                    ),
                    "softwareAgent": {
                        "name": "BrandHub",
                        "version": __version__,
                        "brandhub.model": model.name,
                        "brandhub.model_sha256": model.content_hash,
                    },
                },
                {"action": "c2pa.resized.proportional"},
                {
                    "action": "c2pa.cropped",
                    "description": "to a circle",
                    "digitalSourceType": (
                        "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced"
                    ),
                },
                {"action": "c2pa.converted"},
            ],
            "allActionsIncluded": True,
        }
        assert told[LABEL] == {
            "version": str(published_.pk),
            "number": 1,
            "bot": str(bot.pk),
            "pixel_sha256": "b" * 64,
            "rendition": "256-webp-circle",
            "recipe_sha256": recipe_sha256(published_),
            "decision": "0193c0de-0000-7000-8000-000000000001",
            "decided_at": "2026-11-30T10:00:00Z",
            "decided_by": "person",
        }
        assert sorted(told) == [LABEL, "c2pa.actions.v2"]
        for word in ("Rita", "secret", "Secret", version.brand.name, bot.public_token):
            assert word.encode() not in data

    def test_what_else_was_done_to_the_pixels_is_told(self) -> None:
        file = io.BytesIO()
        Image.new("RGB", (300, 200), "#1565c0").save(file, "PNG")
        version = published(BotFactory(), file.getvalue())
        candidate = version.candidate
        candidate.height = 200
        candidate.request.badge = {"sha256": "c" * 64, "diameter": 29}
        candidate.request.save()
        candidate.save()

        told = told_by(file_of(version, RenditionSpec.parse(192, "png")))["c2pa.actions.v2"]

        assert [(each["action"], each.get("description")) for each in told["actions"]] == [
            ("c2pa.created", None),
            ("c2pa.edited", "the brand's logo laid on"),
            ("c2pa.cropped", "to a square"),
            ("c2pa.resized.proportional", None),
        ]

    def test_one_file_speaks_of_the_version_that_was_first(self, version: AvatarVersion) -> None:
        AvatarVersion.objects.filter(pk=version.pk).update(status="superseded")
        again = AvatarVersion.objects.create(
            brand=version.brand,
            bot=version.bot,
            number=2,
            status="current",
            candidate=version.candidate,
            pixel_sha256=version.pixel_sha256,
            file_sha256=version.file_sha256,
            decision_id=version.decision_id,
            decision=version.decision,
            published_at=version.published_at.replace(year=version.published_at.year + 1),
        )

        data = file_of(again)

        assert told_by(data)[LABEL]["number"] == 1
        version.refresh_from_db()
        assert file_of(version) == data

    def test_a_signed_file_is_never_signed_again(
        self, version: AvatarVersion, settings: Settings
    ) -> None:
        first = file_of(version)

        configure(settings, ROOT.issue("Acme avatars, next year"), ROOT.pem)
        assert file_of(version) == first
        settings.C2PA_KEY = settings.C2PA_CERTIFICATES = ""
        assert file_of(version) == first
        assert Rendition.objects.count() == 1

    def test_the_first_to_sign_wins(
        self, version: AvatarVersion, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No two signatures are alike: another process signs between our look and our write."""
        sign = signing.Signer.sign
        theirs: list[Rendition] = []

        def late(self: signing.Signer, data: bytes, **how: Any) -> bytes:
            monkeypatch.setattr(signing.Signer, "sign", sign)
            theirs.append(elsewhere(lambda: rendition_for(version=version, spec=SPEC)))
            return sign(self, data, **how)

        monkeypatch.setattr(signing.Signer, "sign", late)

        ours = rendition_for(version=version, spec=SPEC)

        assert [ours.pk, ours.file_sha256] == [theirs[0].pk, theirs[0].file_sha256]
        assert Rendition.objects.count() == 1

    def test_a_sandbox_never_gets_the_brands_signature(self) -> None:
        version = published(BotFactory(sandbox=True, client=ApiClientFactory()), png(size=256))

        data = file_of(version)

        with pytest.raises(NoCredentials):
            read_credentials(data, content_type="image/png", anchors=ROOT.pem)
        assert Rendition.objects.get().signed_by == ""

    def test_what_was_published_before_signing_was_on_is_signed_when_it_is_next_fetched(
        self, version: AvatarVersion, settings: Settings
    ) -> None:
        key, settings.C2PA_KEY = settings.C2PA_KEY, ""
        before = rendition_for(version=version, spec=SPEC)
        settings.C2PA_KEY = key

        after = rendition_for(version=version, spec=SPEC)

        assert [before.signed_by, after.signed_by] == ["", SIGNED_BY]
        # Whoever kept the first address goes on getting the file that was there.
        assert Rendition.objects.count() == 2


class TestWhenSigningFails:
    pytestmark = pytest.mark.usefixtures("signing_on")

    @pytest.fixture
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        now = [1000.0]
        monkeypatch.setattr(signer(), "_clock", lambda: now[0])
        return now

    @pytest.fixture
    def broken(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """The library fails as long as there is something in the list; what was asked of it."""
        asked: list[str] = []
        c2pa = signing.library()
        builder = c2pa.Builder

        def failing(manifest: Any, context: Any) -> Any:
            asked.append("sign")
            if "works" in asked:
                return builder(manifest, context=context)
            raise c2pa.C2paError("out of order")

        monkeypatch.setattr(c2pa, "Builder", failing)
        return asked

    def test_the_bot_keeps_its_face_the_log_says_so_and_the_next_try_signs(
        self,
        version: AvatarVersion,
        clock: list[float],
        broken: list[str],
    ) -> None:
        with capture_logs() as logs:
            unsigned = [rendition_for(version=version, spec=SPEC) for _ in range(3)]

        # Given out unsigned and kept, tried once, and told once.
        assert {each.signed_by for each in unsigned} == {""}
        assert len({each.pk for each in unsigned}) == 1
        assert broken == ["sign"]
        assert logs == [
            {
                "event": "picture_not_signed",
                "log_level": "error",
                "version": str(version.pk),
                "problem": "out of order",
            }
        ]

        clock[0] += REST_SECONDS - 1
        assert rendition_for(version=version, spec=SPEC).signed_by == ""
        clock[0] += 1
        assert rendition_for(version=version, spec=SPEC).pk == unsigned[0].pk
        assert broken == ["sign", "sign"]

        broken.append("works")
        clock[0] += REST_SECONDS
        assert rendition_for(version=version, spec=SPEC).signed_by == SIGNED_BY
        assert rendition_for(version=version, spec=SPEC).signed_by == SIGNED_BY
        assert broken == ["sign", "sign", "works", "sign"]

    def test_what_is_signed_already_is_handed_out_while_signing_rests(
        self, version: AvatarVersion, clock: list[float], broken: list[str]
    ) -> None:
        broken.append("works")
        signed = rendition_for(version=version, spec=SPEC)
        broken.remove("works")
        other = RenditionSpec.parse(128, "png")
        assert rendition_for(version=version, spec=other).signed_by == ""

        assert rendition_for(version=version, spec=SPEC).pk == signed.pk

    def test_a_certificate_that_expires_meanwhile_signs_nothing(
        self, version: AvatarVersion, clock: list[float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        who = signer()
        assert who is not None
        monkeypatch.setattr(signing, "now", lambda: who.who.not_after + timedelta(seconds=1))

        with capture_logs() as logs:
            assert rendition_for(version=version, spec=SPEC).signed_by == ""

        assert [each["problem"] for each in logs] == [
            f"A certificate in {CERTIFICATES} has expired on {who.who.not_after:%Y-%m-%d}."
        ]

    def test_without_the_library_pictures_go_out(
        self, version: AvatarVersion, clock: list[float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def missing() -> None:
            raise OSError("libc2pa_c.so is away")

        monkeypatch.setattr(signing, "library", missing)

        with capture_logs() as logs:
            assert rendition_for(version=version, spec=SPEC).signed_by == ""

        assert [each["problem"] for each in logs] == ["libc2pa_c.so is away"]


class TestLineage:
    def test_it_says_whose_credentials_the_files_carry(
        self, version: AvatarVersion, settings: Settings
    ) -> None:
        def told() -> dict[str, Any]:
            row = version_with_lineage(AvatarVersion.objects.all()).get(pk=version.pk)
            credentials: dict[str, Any] = provenance(row)["content_credentials"]
            return credentials

        file_of(version)
        digest = recipe_sha256(version)
        assert told() == {"signed": [], "recipe_sha256": digest}

        for name in ("Acme avatars", "Acme avatars, next year"):
            configure(settings, ROOT.issue(name), ROOT.pem)
            file_of(version, RenditionSpec.parse(128, "png"))
            file_of(version, RenditionSpec.parse(192, "png"))
            file_of(version, RenditionSpec.parse(32, "png"))
            settings.C2PA_KEY = ""
            configure(settings, ROOT.issue(name), ROOT.pem)
        file_of(version, RenditionSpec.parse(512, "png"))

        assert told() == {
            "signed": [
                {"signed_by": "Acme avatars (Acme Ltd)", "files": 2},
                {"signed_by": "Acme avatars, next year (Acme Ltd)", "files": 1},
            ],
            "recipe_sha256": digest,
        }

    def test_the_digest_is_of_what_was_drawn_and_of_no_words(self, version: AvatarVersion) -> None:
        def digest_with(**values: Any) -> str:
            request = version.candidate.request
            before = {name: getattr(request, name) for name in values}
            for name, value in values.items():
                setattr(request, name, value)
            digest = recipe_sha256(version)
            for name, value in before.items():
                setattr(request, name, value)
            return digest

        digest = recipe_sha256(version)
        assert digest_with(prompt="x", negative_prompt="y", composed_prompt="z") == digest
        changed = {
            digest_with(steps=99),
            digest_with(guidance_scale=9.5),
            digest_with(guidance_schedule="early"),
            digest_with(scheduler="other"),
            digest_with(strength=0.5),
            digest_with(badge={"sha256": "c" * 64}),
            digest_with(adapters=[{"sha256": "d" * 64, "weight": 0.5}]),
        }
        assert len(changed | {digest}) == 8
        RequestReferenceFactory(request=version.candidate.request)
        assert recipe_sha256(version) not in changed | {digest}
