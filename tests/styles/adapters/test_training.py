"""Trainings on the lease protocol: steered by people, watched, resumed, handed over."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone, translation

from brandhub.audit.record import SYSTEM
from brandhub.common.errors import Conflict, InvalidInput, InvalidTransition
from brandhub.common.storage import store
from brandhub.inference.errors import BackendMisused, InvalidSpec, ModelMissing
from brandhub.jobs.boundaries import listen
from styles.adapters import trainer as worker
from styles.adapters.sweepers import sweep_expired_trainings, sweep_lost_training_hints
from styles.adapters.trainer import train_once
from styles.adapters.training import (
    MAX_UNFINISHED,
    cancel_training,
    pause_training,
    request_training,
    resume_training,
)
from styles.adapters.training_queue import training_queue
from styles.adapters.training_states import TRAINING, TrainingStatus
from styles.adapters.training_work import claim_training, note_progress
from styles.models import AdapterRevision, AdapterTraining
from tests.factories import (
    AdapterRevisionFactory,
    AdapterTrainingFactory,
    BrandFactory,
    ReferenceImageFactory,
)
from tests.styles.adapters.trainers import PlainTrainer

pytestmark = pytest.mark.django_db


@pytest.fixture
def references(brand):
    return [
        ReferenceImageFactory(
            brand=brand,
            in_library=True,
            file_sha256=store().put(brand.public_id, f"picture {n}".encode()).sha256,
            rights_holder="Acme",
            licence="own work",
        )
        for n in range(3)
    ]


@pytest.fixture
def ask(brand, base_model, references):
    def request(**values) -> AdapterTraining:
        return request_training(
            **{
                "actor": SYSTEM,
                "brand": brand,
                "slug": "nimbus",
                "name": "Nimbus",
                "base_model": base_model,
                "trigger_words": "nimbus toy",
                "pictures": [(each.pk, f"toy {n}") for n, each in enumerate(references)],
                "recipe": {"steps": 100, "rank": 4},
            }
            | values
        )

    return request


@pytest.fixture(autouse=True)
def _every_step_is_news(monkeypatch) -> None:
    monkeypatch.setattr(worker, "NEWS_SECONDS", 0.0)


@pytest.fixture(autouse=True)
def _unheard():
    yield
    listen(None)


def due() -> None:
    AdapterTraining.objects.update(available_at=Now())


def test_faces_are_placed_by_default_where_the_base_model_finds_eyes(ask, base_model) -> None:
    base_model.finds_eyes = True

    assert ask().recipe["place_faces"] is True
    assert ask(recipe={"place_faces": False}).recipe["place_faces"] is False


def test_faces_are_placed_by_no_base_model_that_finds_no_eyes(ask) -> None:
    assert ask().recipe["place_faces"] is False

    with pytest.raises(InvalidInput) as refusal:
        ask(recipe={"place_faces": True})

    [error] = refusal.value.errors
    assert (error.pointer, error.code) == ("/place_faces", "faces_not_placeable")
    assert AdapterTraining.objects.count() == 1


def test_a_training_becomes_a_revision_with_its_full_recipe(ask, brand, base_model) -> None:
    training = ask()
    trainer = PlainTrainer()
    assert train_once(lambda: trainer)

    training.refresh_from_db()
    assert (training.status, training.step, training.percent) == ("completed", 100, 100)
    revision = training.result
    assert (revision.source, revision.status, revision.rank) == ("training", "uploaded", 4)
    assert (revision.trigger_words, revision.licence) == ("nimbus toy", "own work")
    recipe = revision.recipe
    assert recipe["base_model"] == base_model.content_hash
    assert recipe["numbers"] == training.recipe
    assert [each["caption"] for each in recipe["pictures"]] == ["toy 0", "toy 1", "toy 2"]
    assert recipe["environment"] == {"device": "none"}
    (spec,) = trainer.specs
    assert [each.data for each in spec.pictures] == [b"picture 0", b"picture 1", b"picture 2"]
    # the checkpoint's file went with the end, the previews stay
    assert not store().path_of(brand.public_id, training.checkpoint_sha256).exists()
    assert [each["step"] for each in training.previews] == [25, 50, 75, 100]
    assert all(store().read(brand.public_id, each["sha256"]) for each in training.previews)
    assert training.losses[-1][0] == 100
    assert not train_once(lambda: trainer)


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"pictures": []}, "/pictures"),
        ({"recipe": {"rank": 1000}}, "/rank"),
        ({"recipe": {"steps": 1}}, "/steps"),
        ({"recipe": {"learning_rate": 1.0}}, "/learning_rate"),
        ({"slug": "two words"}, "/slug"),
        ({"trigger_words": "   "}, "/trigger_words"),
    ],
)
def test_what_cannot_be_trained_is_refused_at_its_field(ask, values, pointer) -> None:
    with pytest.raises(InvalidInput) as raised:
        ask(**values)
    assert [each.pointer for each in raised.value.errors] == [pointer]
    assert not AdapterTraining.objects.exists()


@pytest.mark.parametrize(
    ("language", "details"),
    [
        (
            "en",
            [
                "A whole number from 1 to 128.",
                "A whole number from 10 to 5000.",
                "A number from 1e-06 to 0.01.",
                "A number from 0.0 to 2.0.",
            ],
        ),
        (
            "zh-hans",
            [
                "须为 1 至 128 的整数。",
                "须为 10 至 5000 的整数。",
                "须为 1e-06 至 0.01 的数。",
                "须为 0.0 至 2.0 的数。",
            ],
        ),
    ],
)
def test_every_number_that_is_wrong_is_told_with_the_reason(ask, language, details) -> None:
    wrong = {"rank": 4.5, "steps": True, "learning_rate": float("nan"), "prior_weight": "1"}
    with translation.override(language), pytest.raises(InvalidInput) as raised:
        ask(recipe=wrong | {"batch": 4})

    assert [(each.pointer, each.code) for each in raised.value.errors] == [
        ("/rank", "wrong_type"),
        ("/steps", "wrong_type"),
        ("/learning_rate", "value_out_of_range"),
        ("/prior_weight", "wrong_type"),
    ]
    assert [each.detail for each in raised.value.errors] == details
    assert not AdapterTraining.objects.exists()


def test_another_brands_reference_is_no_picture_to_learn_from(ask, references) -> None:
    other = ReferenceImageFactory(brand=BrandFactory(), in_library=True)
    with pytest.raises(InvalidInput) as raised:
        ask(pictures=[(references[0].pk, ""), (other.pk, "")])
    assert [each.code for each in raised.value.errors] == ["unknown_picture"]


def test_a_brand_has_few_unfinished_trainings(ask) -> None:
    for _ in range(MAX_UNFINISHED):
        ask()
    with pytest.raises(Conflict) as raised:
        ask()
    assert raised.value.error_code == "too_many_trainings"


def test_a_pause_keeps_a_checkpoint_and_going_on_starts_there(ask) -> None:
    training = ask()

    def pause(step: int) -> None:
        if step == 30:
            pause_training(actor=SYSTEM, training_id=training.pk)

    assert train_once(lambda: PlainTrainer(at_step=pause))
    training.refresh_from_db()
    assert (training.status, training.checkpoint_step) == ("paused", 40)
    assert not train_once(PlainTrainer)

    resume_training(actor=SYSTEM, training_id=training.pk)
    trainer = PlainTrainer()
    assert train_once(lambda: trainer)
    training.refresh_from_db()
    assert (trainer.resumed_at, training.status) == ([40], "completed")
    steps = [step for step, _loss in training.losses]
    assert steps == sorted(set(steps))


def test_a_training_that_is_cancelled_as_it_pauses_stays_cancelled(ask) -> None:
    # given: a pause was asked for, and a cancel comes after the checkpoint that the pause waits for
    training = ask()

    def pause(step: int) -> None:
        if step == 30:
            pause_training(actor=SYSTEM, training_id=training.pk)

    def cancel(name: str) -> None:
        training.refresh_from_db()
        if name == "training.after_checkpoint" and training.pause_requested:
            cancel_training(actor=SYSTEM, training_id=training.pk)

    listen(cancel)
    # when / then
    assert train_once(lambda: PlainTrainer(at_step=pause))
    training.refresh_from_db()
    assert training.status == "cancelled"


def test_what_one_training_lets_go_of_its_like_goes_on_from(ask) -> None:
    """The same pictures and numbers make the same checkpoints, and equal bytes are one file."""
    # given
    paused = ask()

    def pause(step: int) -> None:
        if step == 30:
            pause_training(actor=SYSTEM, training_id=paused.pk)

    assert train_once(lambda: PlainTrainer(at_step=pause))
    # when
    ask(slug="twin")
    assert train_once(PlainTrainer)
    # then
    resume_training(actor=SYSTEM, training_id=paused.pk)
    trainer = PlainTrainer()
    assert train_once(lambda: trainer)
    paused.refresh_from_db()
    assert (trainer.resumed_at, paused.status) == ([40], "completed")


def test_a_cancelled_training_stops_its_worker_and_writes_nothing(ask) -> None:
    training = ask()
    seen: list[int] = []

    def cancel(step: int) -> None:
        seen.append(step)
        if step == 30:
            cancel_training(actor=SYSTEM, training_id=training.pk)

    assert train_once(lambda: PlainTrainer(at_step=cancel))
    training.refresh_from_db()
    assert (training.status, training.result) == ("cancelled", None)
    assert seen[-1] == 30
    assert not AdapterRevision.objects.exists()


def test_a_worker_that_stops_gives_its_training_back_uncounted(ask, monkeypatch) -> None:
    training = ask()
    flag: list[int] = []
    monkeypatch.setattr(worker, "stopping", lambda: bool(flag))
    assert train_once(lambda: PlainTrainer(at_step=lambda step: flag.append(step)))
    training.refresh_from_db()
    assert (training.status, training.checkpoint_step, training.attempts) == ("queued", 20, 0)


def test_a_dead_workers_training_is_swept_and_goes_on(ask) -> None:
    training = ask()

    class Killed(BaseException):
        pass

    def die(step: int) -> None:
        if step == 50:
            raise Killed

    with pytest.raises(Killed):
        train_once(lambda: PlainTrainer(at_step=die))
    training.refresh_from_db()
    assert (training.status, training.checkpoint_step) == ("running", 40)
    AdapterTraining.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert sweep_expired_trainings() == 1
    due()
    assert sweep_lost_training_hints() == 1
    trainer = PlainTrainer()
    assert train_once(lambda: trainer)
    training.refresh_from_db()
    assert (trainer.resumed_at, training.status) == ([40], "completed")


def test_a_late_worker_writes_nothing(ask) -> None:
    training = ask()

    def lose(step: int) -> None:
        if step == 30:
            AdapterTraining.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
            assert sweep_expired_trainings() == 1

    assert train_once(lambda: PlainTrainer(at_step=lose))
    training.refresh_from_db()
    assert (training.status, training.result, training.step) == ("queued", None, 29)


def test_a_fault_is_tried_again_and_fails_only_where_it_gets_no_further(ask) -> None:
    training = ask()
    for attempt in (1, 2, 3):
        due()
        assert train_once(lambda: PlainTrainer(error=ModelMissing("gone")))
        training.refresh_from_db()
        assert training.status == ("failed" if attempt == 3 else "queued")
    assert training.reason == "model_missing"
    resume_training(actor=SYSTEM, training_id=training.pk)
    assert train_once(PlainTrainer)
    training.refresh_from_db()
    assert training.status == "completed"


def test_without_what_finds_eyes_faces_are_not_left_where_they_are_in_silence(
    ask, base_model, models_dir, settings, tmp_path
) -> None:
    # given a training whose faces are to be placed by a network that has gone since
    settings.MODELS_DIR = tmp_path
    (tmp_path / base_model.folder).symlink_to(models_dir / base_model.folder)
    base_model.finds_eyes = True
    training, trainer = ask(), PlainTrainer()
    # when it is tried
    for _attempt in range(3):
        due()
        assert train_once(lambda: trainer)
    # then nothing is trained, and it says why
    training.refresh_from_db()
    assert (training.status, training.reason, trainer.specs) == ("failed", "eyes_missing", [])
    # and it goes on once the network is back
    (tmp_path / f"{base_model.folder}-eyes").mkdir()
    resume_training(actor=SYSTEM, training_id=training.pk)
    assert train_once(lambda: trainer)
    training.refresh_from_db()
    assert training.status == "completed"


def test_attempts_are_counted_anew_from_a_step_that_none_had_reached(ask) -> None:
    training = ask()
    for reach in (25, 45, 65, 85):

        def fail(step: int, reach: int = reach) -> None:
            if step == reach:
                raise ModelMissing("gone for a while")

        due()
        assert train_once(lambda fail=fail: PlainTrainer(at_step=fail))
        training.refresh_from_db()
        assert (training.status, training.attempts) == ("queued", 1)
    assert training.checkpoint_step == 80


def test_a_users_mistake_is_not_tried_again(ask) -> None:
    training = ask()
    assert train_once(lambda: PlainTrainer(error=InvalidSpec("A picture can't be read.")))
    training.refresh_from_db()
    assert (training.status, training.reason) == ("failed", "invalid_spec")


def test_a_pause_reaches_a_training_whose_worker_has_died(ask) -> None:
    training = ask()
    claim_training(holder="a worker that dies")
    pause_training(actor=SYSTEM, training_id=training.pk)
    AdapterTraining.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert sweep_expired_trainings() == 1
    training.refresh_from_db()
    assert (training.status, training.pause_requested) == ("paused", False)


def test_the_curve_stays_short_however_long_the_training(ask) -> None:
    ask()
    training = claim_training(holder="somebody")
    lease = training_queue().lease_of(training)
    for step in range(1, 501):
        note_progress(lease=lease, step=step, seconds=1.0, points=[(step, 1.0)])
    training.refresh_from_db()
    assert len(training.losses) <= 200
    assert training.losses[0][0] == 1


@pytest.mark.parametrize("status", TrainingStatus.values)
@pytest.mark.parametrize(
    ("deed", "target"),
    [
        (pause_training, TrainingStatus.PAUSED),
        (cancel_training, TrainingStatus.CANCELLED),
    ],
)
def test_deeds_are_possible_from_some_states_only(db, status, deed, target) -> None:
    revision = {"result": AdapterRevisionFactory()} if status == "completed" else {}
    training = AdapterTrainingFactory(status=status, **revision)
    if TRAINING.allows(status, target):
        deed(actor=SYSTEM, training_id=training.pk)
        training.refresh_from_db()
        assert training.status == target or training.pause_requested
    else:
        with pytest.raises(InvalidTransition):
            deed(actor=SYSTEM, training_id=training.pk)
        training.refresh_from_db()
        assert training.status == status


def test_the_libraries_are_imported_before_a_lease_runs(ask) -> None:
    """On a busy machine an import takes longer than a lease lasts, and finishes no step."""
    training = ask()
    seen = []

    def build() -> PlainTrainer:
        training.refresh_from_db()
        seen.append(training.status)
        return PlainTrainer()

    assert train_once(build)
    assert seen == ["queued"]
    # Where nothing waits, nothing is imported.
    assert not train_once(build)
    assert seen == ["queued"]


def test_a_training_says_so_where_its_worker_has_no_libraries(ask) -> None:
    training = ask()

    def build() -> PlainTrainer:
        raise BackendMisused("There is no such device.")

    assert train_once(build)
    training.refresh_from_db()
    assert training.last_error == "backend_misused"
    assert training.status != "running"


def test_the_time_that_is_left_is_told_once_it_can_be(brand, base_model) -> None:
    # given a training whose first steps had to wait for the model
    training = AdapterTraining(
        brand=brand, base_model=base_model, recipe={"steps": 100}, step=2, seconds=30.0
    )
    # then nothing is foretold of the others
    assert training.seconds_left is None
    # when half of them are done
    training.step, training.seconds = 50, 40.0
    # then
    assert training.seconds_left == pytest.approx(40)
