"""Taking in adapters: numbered, stored, hinted; a hostile one leaves nothing behind."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.db import ProgrammingError, transaction

from brandhub.audit.models import AuditEvent
from brandhub.audit.record import SYSTEM
from brandhub.common.errors import Conflict, InvalidInput, InvalidTransition
from brandhub.common.pictures import FileTooLarge
from brandhub.common.storage import store
from styles.adapters.states import ADAPTER, AdapterStatus
from styles.adapters.uploading import deprecate_adapter, recheck_adapter
from styles.models import Adapter, AdapterRevision
from tests.factories import AdapterRevisionFactory, BrandFactory
from tests.inference.hostile_adapters import HEADERS
from tests.inference.layouts import file_of, kohya_layout, lora_weights, peft_layout

pytestmark = pytest.mark.django_db


def nothing_is_left_behind() -> bool:
    files = [path for path in Path(settings.STORAGE_ROOT).rglob("*") if path.is_file()]
    return not files and not Adapter.objects.exists() and not AuditEvent.objects.exists()


def test_an_upload_is_stored_described_numbered_and_hinted(
    upload, weights, brand, base_model, django_capture_on_commit_callbacks
) -> None:
    content = file_of(kohya_layout(weights), ss_base_model_version="sd_v1.5")
    with django_capture_on_commit_callbacks() as hints:
        first = upload(content, rights_holder="Acme", licence="all rights")
    second = upload(file_of(kohya_layout(lora_weights(2))))

    assert (first.number, second.number) == (1, 2)
    assert first.adapter == second.adapter
    assert (first.layout, first.rank, first.status) == ("kohya", 4, "uploaded")
    assert (first.trained_on, first.rights_holder) == ("sd_v1.5", "Acme")
    assert store().read(brand.public_id, first.file_sha256) == content
    assert len(hints) == 1
    event = AuditEvent.objects.order_by("id").first()
    assert (event.action, event.object_id) == ("adapter.added", first.pk)


def test_what_a_header_tells_is_kept_as_far_as_it_can_be_shown(upload, weights) -> None:
    """A header is JSON, and JSON writes what is no text to a database."""
    told = {"ss_base_model_version": "\x00", "ss_sd_model_name": "sd\x00_v<half>1.5\u202e"}
    content = file_of(kohya_layout(weights), **told, ss_output_name="nimbus\n\x07 toy")
    revision = upload(content.replace(b"<half>", rb"\ud800"))
    revision.refresh_from_db()
    assert (revision.trained_on, revision.trigger_words) == ("sd_v1.5", "nimbus toy")


@pytest.mark.parametrize("name", HEADERS)
def test_a_hostile_file_is_refused_and_leaves_nothing(upload, name) -> None:
    make, code = HEADERS[name]
    with pytest.raises(InvalidInput) as raised:
        upload(make())
    assert raised.value.error_code == code
    assert [(each.pointer, each.code) for each in raised.value.errors] == [("/file", code)]
    assert nothing_is_left_behind()


def test_over_two_gigabytes_is_refused_unread(upload) -> None:
    with pytest.raises(FileTooLarge):
        upload(b"", size=(2 << 30) + 1)
    assert nothing_is_left_behind()


@pytest.mark.parametrize("alpha", [0.0, -1.0, float("nan"), float("inf"), 1e6])
def test_an_alpha_that_is_none_is_refused_at_its_field(upload, weights, alpha) -> None:
    with pytest.raises(InvalidInput) as raised:
        upload(file_of(peft_layout(weights)), alpha=alpha)
    assert [each.pointer for each in raised.value.errors] == ["/alpha"]
    assert nothing_is_left_behind()


def test_a_file_is_one_revision_of_an_adapter(upload, weights) -> None:
    content = file_of(kohya_layout(weights))
    first = upload(content)
    with pytest.raises(Conflict) as raised:
        upload(content)
    assert raised.value.error_code == "adapter_file_known"
    other = upload(content, brand=BrandFactory())
    assert other.adapter != first.adapter
    assert AdapterRevision.objects.count() == 2


@pytest.mark.parametrize("status", ["ready", "refused", "deprecated"])
def test_a_checked_revision_is_frozen_below_the_services(db, status) -> None:
    revision = AdapterRevisionFactory(status=status)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        AdapterRevision.objects.filter(pk=revision.pk).update(canonical_sha256="0" * 64)
    revision.refresh_from_db()
    assert revision.canonical_sha256 != "0" * 64


@pytest.mark.parametrize("status", AdapterStatus.values)
def test_only_what_is_ready_is_deprecated(db, status) -> None:
    revision = AdapterRevisionFactory(status=status)
    if ADAPTER.allows(status, "deprecated"):
        deprecate_adapter(actor=SYSTEM, revision_id=revision.pk)
    else:
        with pytest.raises(InvalidTransition):
            deprecate_adapter(actor=SYSTEM, revision_id=revision.pk)
    revision.refresh_from_db()
    assert revision.status == ("deprecated" if status == "ready" else status)


@pytest.mark.parametrize("status", AdapterStatus.values)
def test_only_what_could_not_be_checked_is_checked_again(db, status) -> None:
    revision = AdapterRevisionFactory(status=status)
    allowed = ADAPTER.allows(status, "uploaded") and status == "failed"
    if allowed:
        recheck_adapter(actor=SYSTEM, revision_id=revision.pk)
    else:
        with pytest.raises(InvalidTransition):
            recheck_adapter(actor=SYSTEM, revision_id=revision.pk)
    revision.refresh_from_db()
    assert revision.status == ("uploaded" if allowed else status)


def test_a_stream_is_stored_as_its_bytes_are(settings, tmp_path) -> None:
    settings.STORAGE_ROOT = tmp_path / "s"
    content = bytes(range(256)) * 9000
    streamed = store().put_stream("b", io.BytesIO(content))
    assert streamed == store().put("b", content)
    assert store().read("b", streamed.sha256) == content
    assert store().put_stream("b", io.BytesIO(content)) == streamed
    assert len([path for path in (tmp_path / "s").rglob("*") if path.is_file()]) == 1
