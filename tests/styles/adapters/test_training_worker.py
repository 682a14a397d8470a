"""A real training worker on real, tiny classes, killed in the middle: the next one goes on."""

import io
from uuid import UUID

import pytest
from django.conf import settings
from django.db.models.functions import Now
from PIL import Image

from brandhub.audit.record import SYSTEM
from brandhub.common.storage import store
from brandhub.jobs.hints import send_hint
from styles.adapters.sweepers import sweep_expired_trainings
from styles.adapters.training import request_training
from styles.adapters.training_queue import TRAIN_QUEUE, TRAIN_TASK
from styles.models import AdapterTraining
from tests.factories import ReferenceImageFactory
from tests.integration.processes import Processes, wait_until
from tests.styles.adapters import held_training
from tests.styles.adapters.held_training import HELD

pytestmark = pytest.mark.django_db(transaction=True)


def png(n: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (40 * n, 90, 160)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def pictures(brand) -> list[tuple[UUID, str]]:
    rows = [
        ReferenceImageFactory(
            brand=brand,
            in_library=True,
            file_sha256=store().put(brand.public_id, png(n)).sha256,
        )
        for n in range(3)
    ]
    return [(row.pk, "a toy") for row in rows]


def ask(brand, base_model, pictures, slug: str) -> AdapterTraining:
    return request_training(
        actor=SYSTEM,
        brand=brand,
        slug=slug,
        name=slug,
        base_model=base_model,
        trigger_words="nimbus toy",
        pictures=pictures,
        recipe={"steps": 120, "rank": 2, "batch": 1},
    )


def hint() -> None:
    AdapterTraining.objects.filter(status="queued").update(available_at=Now())
    send_hint(TRAIN_TASK, queue=TRAIN_QUEUE)


def test_a_killed_workers_training_goes_on_and_ends_in_the_same_file(
    processes: Processes, brand, base_model, pictures, tmp_path
) -> None:
    # Given a training that was never disturbed, and one like it
    extra = {"BRANDHUB_MODELS_DIR": str(settings.MODELS_DIR), "BRANDHUB_INFERENCE_THREADS": "1"}
    undisturbed = ask(brand, base_model, pictures, "undisturbed")
    held = tmp_path / "held"
    first = processes.worker(
        TRAIN_QUEUE,
        extra=extra | {HELD: str(held)},
        options=["--max-tasks-per-child", "1", "--include", held_training.__name__],
    )
    hint()

    def over(training: AdapterTraining) -> bool:
        training.refresh_from_db()
        return training.status not in {"queued", "running"}

    wait_until(lambda: over(undisturbed), what=first.output)
    assert undisturbed.status == "completed", first.output()
    held.touch()
    disturbed = ask(brand, base_model, pictures, "disturbed")
    hint()

    # when its worker is killed behind a checkpoint,
    def is_past_a_checkpoint() -> bool:
        disturbed.refresh_from_db()
        return disturbed.checkpoint_step > 0

    wait_until(is_past_a_checkpoint, what=first.output)
    first.kill()
    disturbed.refresh_from_db()
    reached = disturbed.checkpoint_step
    assert 0 < reached < 120
    AdapterTraining.objects.filter(pk=disturbed.pk).update(lease_until=disturbed.leased_at)
    assert sweep_expired_trainings() == 1

    # then another one goes on from there, and the file is the same.
    second = processes.worker(TRAIN_QUEUE, extra=extra)
    hint()
    wait_until(lambda: over(disturbed), what=second.output)
    assert disturbed.status == "completed", second.output()
    assert disturbed.result.file_sha256 == undisturbed.result.file_sha256
    assert disturbed.checkpoint_step >= reached
