"""The worker's turn: what becomes ready, what is refused and why, and what is tried again."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from brandhub.common.storage import store
from brandhub.inference.contracts import RenderCancelled
from brandhub.inference.errors import ModelMissing
from brandhub.jobs.boundaries import listen
from styles.adapters.checker import check_once, drain
from styles.adapters.checking import claim_check
from styles.adapters.queue import check_queue
from styles.adapters.sweepers import sweep_expired_checks, sweep_lost_check_hints
from styles.models import AdapterRevision
from tests.inference.layouts import changed, file_of, kohya_layout, peft_layout
from tests.inference.test_conversion import rename, silence, spoil, widen_one

pytestmark = pytest.mark.django_db

FAMILY = "tiny"


@pytest.fixture(autouse=True)
def _unheard():
    yield
    listen(None)


def test_a_sound_adapter_becomes_ready_with_its_preview(uploaded, generator, brand) -> None:
    assert drain(family=FAMILY, generator=generator, seconds=60) == 1

    uploaded.refresh_from_db()
    assert (uploaded.status, uploaded.reason, uploaded.attempts) == ("ready", "", 1)
    assert uploaded.findings["effect"] > 0
    assert uploaded.findings["text_encoder"] is True
    kept = store().read(brand.public_id, uploaded.canonical_sha256)
    assert len(kept) == uploaded.canonical_size
    preview = store().read(brand.public_id, uploaded.preview_sha256)
    assert preview.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (rename, "other_base_model"),
        (widen_one, "wrong_shapes"),
        (spoil, "nan_values"),
        (silence, "no_effect"),
    ],
)
def test_what_only_the_whole_file_shows_is_refused(
    upload, weights, generator, damage, reason
) -> None:
    revision = upload(
        file_of(kohya_layout(changed(weights, damage)), ss_base_model_version="sdxl_base_v1-0")
    )
    assert check_once(FAMILY, generator)
    revision.refresh_from_db()
    assert (revision.status, revision.reason) == ("refused", reason)
    assert revision.canonical_sha256 == ""
    if reason == "other_base_model":
        assert revision.reason_facts["trained_on"] == "sdxl_base_v1-0"
        assert revision.reason_facts["base_model"] == "Tiny"


def test_an_adapter_too_weak_to_change_a_pixel_is_refused(upload, weights, generator) -> None:
    """Its matrices are not nought, so nothing but drawing with it tells."""
    revision = upload(file_of(kohya_layout(weights, alpha=1e-30)))
    assert check_once(FAMILY, generator)
    revision.refresh_from_db()
    assert (revision.status, revision.reason) == ("refused", "no_effect")


def test_an_adapter_that_breaks_the_pictures_is_refused(upload, weights, generator) -> None:
    def shout(held) -> None:
        for key, tensor in held.items():
            held[key] = tensor * 1e18

    revision = upload(file_of(kohya_layout(changed(weights, shout))))
    assert check_once(FAMILY, generator)
    revision.refresh_from_db()
    assert (revision.status, revision.reason) == ("refused", "renders_broken")


def test_a_fault_of_the_platform_is_tried_again_and_then_says_so(
    uploaded, generator, monkeypatch
) -> None:
    def missing(_model) -> None:
        raise ModelMissing("no such folder")

    monkeypatch.setattr(generator, "warm", missing)
    for attempt in (1, 2, 3):
        AdapterRevision.objects.update(available_at=Now())
        assert check_once(FAMILY, generator)
        uploaded.refresh_from_db()
        assert uploaded.attempts == attempt
        assert uploaded.status == ("failed" if attempt == 3 else "uploaded")
    assert uploaded.reason == "model_missing"


def test_a_checker_that_came_too_late_writes_nothing(uploaded, generator) -> None:
    def take_away(name: str) -> None:
        if name == "adapter.after_check":
            AdapterRevision.objects.update(lease_until=Now() - timedelta(seconds=1))
            assert sweep_expired_checks() == 1

    listen(take_away)
    assert check_once(FAMILY, generator)
    uploaded.refresh_from_db()
    assert (uploaded.status, uploaded.canonical_sha256) == ("uploaded", "")
    listen(None)
    AdapterRevision.objects.update(available_at=Now())
    assert check_once(FAMILY, generator)
    uploaded.refresh_from_db()
    assert uploaded.status == "ready"


@pytest.mark.parametrize("ends", ["refused", "broken", "stopped"])
def test_a_checker_that_came_too_late_writes_nothing_however_it_ends(
    upload, weights, generator, monkeypatch, ends
) -> None:
    # given: the check is taken away as soon as it was claimed
    content = kohya_layout(changed(weights, widen_one) if ends == "refused" else weights)
    revision = upload(file_of(content))

    def take_away(name: str) -> None:
        if name == "adapter.after_claim":
            AdapterRevision.objects.update(lease_until=Now() - timedelta(seconds=1))
            assert sweep_expired_checks() == 1

    def fails(*_args: object, **_values: object) -> None:
        raise ModelMissing("no such folder") if ends == "broken" else RenderCancelled

    if ends != "refused":
        monkeypatch.setattr(generator, "generate", fails)
    listen(take_away)
    # when / then
    assert check_once(FAMILY, generator)
    revision.refresh_from_db()
    assert (revision.status, revision.reason, revision.last_error) == (
        "uploaded",
        "",
        "lease_expired",
    )


def test_work_of_a_dead_checker_is_found_by_the_sweep(uploaded) -> None:
    row = claim_check(family=FAMILY, holder="a worker that dies")
    assert claim_check(family=FAMILY, holder="another") is None
    AdapterRevision.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert sweep_expired_checks() == 1
    AdapterRevision.objects.update(available_at=Now())
    assert sweep_lost_check_hints() == 1
    again = claim_check(family=FAMILY, holder="another")
    assert again is not None
    assert check_queue().lease_of(again).token > check_queue().lease_of(row).token


def test_another_familys_adapters_are_left_alone(uploaded) -> None:
    assert claim_check(family="avatar-mini", holder="somebody") is None


def test_pefts_layout_takes_the_alpha_of_the_form(upload, weights, generator) -> None:
    plain = upload(file_of(peft_layout(weights)), slug="a")
    loud = upload(file_of(peft_layout(weights)), slug="b", alpha=8)
    same = upload(file_of(kohya_layout(weights, alpha=8)), slug="c")
    assert drain(family=FAMILY, generator=generator, seconds=120) == 3
    for revision in (plain, loud, same):
        revision.refresh_from_db()
        assert revision.status == "ready", revision.reason
    assert loud.canonical_sha256 == same.canonical_sha256 != plain.canonical_sha256
