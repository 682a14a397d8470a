"""A style that went out and came in again is the same style: rows, files, and pixels."""

import io
import json
import zipfile

import pytest
from django.db import connection

from avatars.models import Candidate
from avatars.renderer import render_once
from avatars.services.submission import submit_request
from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import Conflict, InvalidInput
from brandhub.common.storage import store
from styles.adapters.checker import check_once
from styles.models import BrandLogo, ReferenceImage
from styles.packs import exporting
from styles.packs.importing import ImportChoices
from styles.services import publish_revision, retire_revision
from styles.services.revisions import SETTABLE
from tests.avatars.conftest import moderation  # noqa: F401 - a fixture
from tests.factories import BotFactory, BrandFactory, StyleRevisionFactory, UserFactory
from tests.styles.adapters.conftest import FAMILY
from tests.styles.packs.conftest import exported

pytestmark = pytest.mark.django_db


def drawn_with(revision, generator) -> list[str]:
    """The pixels of two pictures of one requirement and one seed."""
    request = submit_request(
        actor=SYSTEM,
        bot=BotFactory(brand=revision.style.brand),
        style_revision=revision,
        requested_by=UserFactory(),
        prompt="a robot with glasses",
        candidates=2,
        seed=11,
    )
    while render_once(family=FAMILY, generator=generator):
        pass
    rows = Candidate.objects.filter(request=request).order_by("index")
    assert [row.status for row in rows] == ["rendered", "rendered"]
    return [row.pixel_sha256 for row in rows]


@pytest.fixture(autouse=True)
def _no_heartbeat_of_rendering(monkeypatch, moderation):  # noqa: F811
    from contextlib import nullcontext
    from types import SimpleNamespace

    from avatars import renderer

    quiet = SimpleNamespace(progressed=lambda: None, all_lost=False)
    monkeypatch.setattr(renderer, "Heartbeat", lambda *_, **__: nullcontext(quiet))


def test_a_style_that_came_in_draws_the_same_pixels(published, pack, take_in, generator) -> None:
    # Given a style and the pack of it, taken in by another brand,
    imported = take_in(pack)
    draft = imported.revision
    # when the worker has checked its adapter and it is published,
    with pytest.raises(InvalidInput) as early:
        publish_revision(actor=SYSTEM, revision_id=draft.pk)
    assert [each.code for each in early.value.errors] == ["adapter_not_ready"]
    assert check_once(FAMILY, generator)
    publish_revision(actor=SYSTEM, revision_id=draft.pk)
    # then both draw the same, badge and adapter included,
    draft.refresh_from_db()
    ours, theirs = drawn_with(published, generator), drawn_with(draft, generator)
    assert ours == theirs
    assert len(set(ours)) == 2
    # and without the adapter something else.
    bare = StyleRevisionFactory(
        brand=published.style.brand,
        **{name: getattr(published, name) for name in SETTABLE},
    )
    assert drawn_with(bare, generator) != ours


def test_everything_that_a_revision_says_comes_along(published, pack, take_in, other) -> None:
    imported = take_in(pack)
    draft = imported.revision

    assert (draft.status, draft.number, draft.style.brand) == ("draft", 1, other)
    style = draft.style
    assert (style.slug, style.name, style.description) == ("friendly", "Friendly", "For support.")
    for name in SETTABLE:
        assert getattr(draft, name) == getattr(published, name), name
    told = ("title", "tags", "rights_holder", "licence", "file_sha256", "likeness")
    kept = [
        [
            tuple(getattr(pin.reference, name) for name in told)
            for pin in each.pinned_references.all()
        ]
        for each in (published, draft)
    ]
    assert kept[0] == kept[1]
    assert len(kept[0]) == 2
    theirs, ours = (each.pinned_adapters.get() for each in (draft, published))
    assert theirs.weight == ours.weight == 0.75
    adapter, original = theirs.adapter_revision, ours.adapter_revision
    assert (adapter.status, adapter.source, adapter.brand) == ("uploaded", "pack", other)
    assert adapter.file_sha256 == original.canonical_sha256
    assert (adapter.rank, adapter.trigger_words) == (original.rank, original.trigger_words)
    assert list(other.palette.values_list("name", "hex", "role", "tolerance")) == [
        ("Sky", "#1c7ed6", "primary", 9.0)
    ]
    logo, their_logo = (
        BrandLogo.objects.get(brand=each) for each in (other, published.style.brand)
    )
    assert (logo.file_sha256, logo.clear_space, logo.minimum_size) == (
        their_logo.file_sha256,
        10,
        8,
    )
    assert store().read(other.public_id, logo.file_sha256)
    assert (imported.references_added, imported.colours_added, imported.logo_added) == (2, 1, True)
    last = AuditEvent.objects.order_by("-id").first()
    assert (last.action, last.object_id) == ("style_pack.imported", draft.pk)


def test_a_pack_is_a_plain_archive_that_anybody_reads(published, pack) -> None:
    with zipfile.ZipFile(io.BytesIO(pack)) as opened:
        assert opened.testzip() is None
        manifest = json.loads(opened.read("manifest.json"))
        names = opened.namelist()
        assert {info.compress_type for info in opened.infolist()} == {zipfile.ZIP_STORED}
    assert names[0] == "manifest.json"
    assert [name.partition("/")[0] for name in names[1:]] == [
        "logo", "references", "references", "adapters",
    ]  # fmt: skip
    assert (manifest["format"], manifest["version"]) == ("brandhub-style-pack", 1)
    assert manifest["origin"]["style"] == "acme/friendly@1"
    assert manifest["references"][0]["licence"] == "own work"
    # Nothing in it is a key of this installation.
    brand = published.style.brand
    told = json.dumps(manifest)
    for row in (published, brand, published.style, published.base_model):
        assert str(row.pk) not in told
    assert brand.public_id not in told


def test_what_came_in_goes_out_again_alike(pack, take_in, generator) -> None:
    draft = take_in(pack).revision
    check_once(FAMILY, generator)
    publish_revision(actor=SYSTEM, revision_id=draft.pk)

    def said(content: bytes) -> dict:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            manifest = json.loads(opened.read("manifest.json"))
        del manifest["origin"]
        return manifest

    assert said(exported(draft)) == said(pack)


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_only_a_published_revision_is_exported(db, status) -> None:
    revision = StyleRevisionFactory(status="draft" if status == "draft" else "published")
    if status == "retired":
        retire_revision(actor=SYSTEM, revision_id=revision.pk)
    before = AuditEvent.objects.count()
    with pytest.raises(Conflict) as raised:
        exported(revision)
    assert raised.value.error_code == "revision_not_exportable"
    assert AuditEvent.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_no_transaction_stays_idle_while_the_file_is_written(monkeypatch) -> None:
    revision = StyleRevisionFactory(status="published")
    open_meanwhile = []
    monkeypatch.setattr(
        exporting, "write_pack", lambda *_: open_meanwhile.append(connection.in_atomic_block)
    )

    exported(revision)

    assert open_meanwhile == [False]
    assert AuditEvent.objects.filter(action="style_pack.exported").count() == 1


def test_what_the_brand_has_already_is_used_from_there(published, pack, take_in, ready) -> None:
    # Given the brand that the pack came from,
    brand = published.style.brand
    imported = take_in(pack, brand=brand, choices=ImportChoices(join=True))
    # then nothing is there twice: its own pictures, its own adapter, which is ready.
    draft = imported.revision
    assert (draft.style, draft.number) == (published.style, 2)
    assert (imported.references_added, imported.references_known) == (0, 2)
    assert (imported.adapters_added, imported.adapters_known) == ([], 1)
    assert (imported.colours_added, imported.logo_added) == (0, False)
    assert draft.pinned_adapters.get().adapter_revision == ready
    assert ReferenceImage.objects.filter(brand=brand).count() == 2
    publish_revision(actor=SYSTEM, revision_id=draft.pk)


def test_a_look_alike_of_the_library_takes_its_place(pack, take_in, other) -> None:
    from tests.pictures import drawing, file_of
    from tests.styles.references.test_library import collect

    twin = collect(other, file_of(drawing(1, 200), "JPEG", quality=85), title="Ours")
    imported = take_in(pack)
    assert (imported.references_added, imported.references_known) == (1, 1)
    pins = imported.revision.pinned_references.all()
    assert [pin.reference.title for pin in pins] == ["Ours", "Mascot 2"]
    assert pins[0].reference == twin


def test_a_draft_is_not_drawn_with_before_its_adapter_is_ready(pack, take_in) -> None:
    draft = take_in(pack).revision
    with pytest.raises(Conflict) as raised:
        submit_request(
            actor=SYSTEM,
            bot=BotFactory(brand=draft.style.brand),
            style_revision=draft,
            requested_by=UserFactory(),
            prompt="a robot",
            preview=True,
        )
    assert raised.value.error_code == "adapter_not_ready"
    assert not Candidate.objects.exists()


def test_a_brand_whose_policy_asks_for_rights_takes_no_pictures_without(pack, take_in) -> None:
    from tests.styles.packs.packs import with_manifest

    strict = BrandFactory(references_need_rights=True)
    lacking = with_manifest(pack, lambda told: told["references"][1].update(licence=" "))
    with pytest.raises(InvalidInput) as raised:
        take_in(lacking, brand=strict)
    assert raised.value.error_code == "rights_missing"
    assert take_in(pack, brand=strict).references_added == 2
