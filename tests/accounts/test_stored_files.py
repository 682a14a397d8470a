"""Files that no row names go, the others stay, and no column is forgotten."""

import os
import time
from importlib import import_module
from importlib.util import find_spec

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from avatars.models import Candidate
from brandhub.accounts import stored_files
from brandhub.accounts.stored_files import SHARES, YOUNG_SECONDS, remove_unreferenced_files
from brandhub.common.storage import store
from styles.adapters.training_states import TrainingStatus
from styles.models import AdapterTraining
from tests.factories import (
    AdapterRevisionFactory,
    AdapterTrainingFactory,
    AvatarVersionFactory,
    BrandFactory,
    CandidateFactory,
    GenerationRequestFactory,
    ReferenceImageFactory,
)
from tests.plans import indexes_of, plan_of
from tests.races import AtBoundary, elsewhere

pytestmark = pytest.mark.django_db(transaction=True)

OURS = ("brandhub", "styles", "avatars", "moderation")

#: Digests, codes and JSON that no file of the store goes by; everything else must be registered.
NO_FILES = {
    "accounts.ApiKey": {"sha256"},
    "accounts.Brand": {"forbidden_terms", "protected_names"},
    "accounts.IdempotencyRecord": {"fingerprint", "response_headers", "response_body"},
    # The trail tells of files and keeps none.
    "audit.AuditEvent": {"action", "correlation_id", "data"},
    "audit.AuditSeal": {"previous", "digest"},
    "webhooks.WebhookEndpoint": {"disabled_reason"},
    "webhooks.OutboxEvent": {"data", "correlation_id"},
    "webhooks.Delivery": {"last_error"},
    "styles.BaseModel": {"content_hash", "unsupported_tags"},
    "styles.StyleRevision": {"default_tags"},
    "styles.AdapterRevision": {"last_error", "findings", "reason", "reason_facts"},
    "styles.ReferenceImage": {"tags", "suggested_tags", "likeness"},
    "styles.AdapterTraining": {"last_error", "recipe", "losses", "reason"},
    "avatars.Bot": {"public_token"},
    "avatars.GenerationRequest": {
        "tags",
        "absent_tags",
        "not_understood",
        "unsupported_tags",
        "metadata",
        "route",
        "reason",
        "correlation_id",
    },
    "avatars.RequestEvent": {"data"},
    "avatars.Candidate": {"last_error", "batch_key", "pixel_sha256"},
    "avatars.Attempt": {"error_code", "environment"},
    "avatars.Alignment": {"tags", "unknown"},
    "avatars.AvatarVersion": {"pixel_sha256", "decision"},
    "avatars.Rendition": {"pixel_sha256"},
    "moderation.ReviewPolicy": {"checks", "stages"},
    "moderation.Decision": {"pixel_sha256"},
    "moderation.Finding": {"evidence"},
    "moderation.Notice": {"last_error"},
    "moderation.ScreeningRun": {"last_error"},
}


def put(brand, data: bytes, *, age: float = YOUNG_SECONDS + 60) -> str:
    """Store ``data`` as somebody did ``age`` seconds ago."""
    stored = store().put(brand.public_id, data)
    then = time.time() - age
    os.utime(store().path_of(brand.public_id, stored.sha256), (then, then))
    return stored.sha256


def kept(brand, digest: str) -> bool:
    return store().path_of(brand.public_id, digest).exists()


def collect() -> int:
    return sum(remove_unreferenced_files(share=hour) for hour in range(SHARES))


def could_name_a_file(field: models.Field) -> bool:
    return isinstance(field, models.JSONField | models.FileField) or (
        isinstance(field, models.CharField) and field.max_length == 64
    )


def test_every_column_that_could_name_a_file_is_registered_or_known_not_to():
    could = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        if model.__module__.split(".")[0] in OURS
        for field in model._meta.concrete_fields
        if could_name_a_file(field)
    }

    registered = {(column.model._meta.label, column.name) for column in stored_files.file_columns()}

    known = {(label, name) for label, names in NO_FILES.items() for name in names}
    assert registered | known == could
    assert registered & known == set()


def test_what_no_row_names_goes_once_it_is_old():
    # given
    brand = BrandFactory()
    orphan = put(brand, b"orphan")
    young = put(brand, b"young", age=YOUNG_SECONDS - 60)
    named = put(brand, b"named")
    CandidateFactory(brand=brand, status="rendered", file_sha256=named)
    # when
    removed = collect()
    # then
    assert removed == 1
    assert [kept(brand, each) for each in (orphan, young, named)] == [False, True, True]


def test_each_run_has_its_share_of_the_folders():
    brand = BrandFactory()
    for number in range(40):
        put(brand, b"%d" % number)

    removed = [remove_unreferenced_files(share=hour) for hour in range(3, 3 + SHARES)]

    assert sum(removed) == 40
    assert all(removed)
    assert remove_unreferenced_files(share=3) == 0


def test_batches_come_to_an_end(monkeypatch):
    monkeypatch.setattr(stored_files, "_BATCH", 3)
    brand = BrandFactory()
    named = [put(brand, b"named %d" % number) for number in range(10)]
    for digest in named:
        ReferenceImageFactory(brand=brand, file_sha256=digest)
    for number in range(10):
        put(brand, b"orphan %d" % number)

    assert collect() == 10
    assert all(kept(brand, digest) for digest in named)


def a_candidate(brand, digest):
    CandidateFactory(brand=brand, status="rendered", file_sha256=digest)


def a_version(brand, digest):
    AvatarVersionFactory(brand=brand, file_sha256=digest)


def a_badge(brand, digest):
    GenerationRequestFactory(brand=brand, badge={"sha256": digest, "corner": "top_left"})


def a_pinned_adapter(brand, digest):
    pinned = [{"adapter": "a", "sha256": "0" * 64}, {"adapter": "b", "sha256": digest}]
    GenerationRequestFactory(brand=brand, adapters=pinned)


def an_upload(brand, digest):
    AdapterRevisionFactory(brand=brand, file_sha256=digest)


def what_is_rendered_with(brand, digest):
    AdapterRevisionFactory(brand=brand, canonical_sha256=digest)


def a_canary(brand, digest):
    AdapterRevisionFactory(brand=brand, preview_sha256=digest)


def what_an_adapter_was_taught_with(brand, digest):
    AdapterRevisionFactory(brand=brand, recipe={"pictures": [{"sha256": digest}]})


def what_is_taught(brand, digest):
    AdapterTrainingFactory(brand=brand, pictures=[{"reference": "x", "sha256": digest}])


def a_preview_on_the_way(brand, digest):
    AdapterTrainingFactory(brand=brand, previews=[{"step": 10, "sha256": digest}])


def a_checkpoint(brand, digest):
    AdapterTrainingFactory(brand=brand, status="paused", checkpoint_sha256=digest)


@pytest.mark.parametrize(
    "named_by",
    [
        a_candidate,
        a_version,
        a_badge,
        a_pinned_adapter,
        an_upload,
        what_is_rendered_with,
        a_canary,
        what_an_adapter_was_taught_with,
        what_is_taught,
        a_preview_on_the_way,
        a_checkpoint,
    ],
)
def test_what_a_row_names_stays_in_its_own_brand(named_by):
    # given
    brand, other = BrandFactory(), BrandFactory()
    digest = put(brand, b"bytes")
    assert put(other, b"bytes") == digest
    named_by(brand, digest)
    # when
    removed = collect()
    # then
    assert (removed, kept(brand, digest), kept(other, digest)) == (1, True, False)


def test_a_training_that_is_over_lets_its_checkpoint_go():
    brand = BrandFactory()
    digest = put(brand, b"checkpoint")
    training = AdapterTrainingFactory(brand=brand, status="paused", checkpoint_sha256=digest)
    AdapterTraining.objects.filter(pk=training.pk).update(status=TrainingStatus.CANCELLED)

    assert collect() == 1
    assert not kept(brand, digest)


def test_a_row_that_commits_while_the_collector_looks_keeps_its_file():
    """The same bytes were stored and lost before; now somebody stores them and names them."""
    # given
    brand = BrandFactory()
    digest = put(brand, b"pixels")

    def store_and_commit():
        stored = store().put(brand.public_id, b"pixels")
        ReferenceImageFactory(brand=brand, file_sha256=stored.sha256)

    # when
    with AtBoundary("files.before_removal", lambda: elsewhere(store_and_commit)) as race:
        removed = collect()
    # then
    assert (race.passed, removed, kept(brand, digest)) == (1, 0, True)


def test_a_row_that_commits_after_the_removal_has_its_file_again():
    brand = BrandFactory()
    digest = put(brand, b"pixels")
    assert collect() == 1

    stored = store().put(brand.public_id, b"pixels")
    ReferenceImageFactory(brand=brand, file_sha256=stored.sha256)

    assert store().read(brand.public_id, digest) == b"pixels"
    assert collect() == 0


def test_folders_of_brands_that_the_database_does_not_know_are_left_alone():
    """A database that is yet to be restored must not cost the files."""
    stranger = BrandFactory.build()
    digest = put(stranger, b"pixels")

    assert collect() == 0
    assert kept(stranger, digest)


def test_a_brand_with_which_it_fails_keeps_no_other_from_its_turn(monkeypatch):
    first, second = BrandFactory(), BrandFactory()
    stays, goes = put(first, b"pixels"), put(second, b"pixels")
    unnamed = stored_files._unnamed

    def failing(brand, digests):
        if brand == first:
            raise OSError("this folder cannot be read")
        return unnamed(brand, digests)

    monkeypatch.setattr(stored_files, "_unnamed", failing)

    assert collect() == 1
    assert (kept(first, stays), kept(second, goes)) == (True, False)


def test_candidates_are_looked_up_by_their_files():
    brand = BrandFactory()
    request = GenerationRequestFactory(brand=brand)
    Candidate.objects.bulk_create(
        CandidateFactory.build(
            brand=brand, request=request, index=index, file_sha256=f"{index:064x}"
        )
        for index in range(300)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE avatars_candidate")
    column = next(each for each in stored_files.file_columns() if each.model is Candidate)
    with CaptureQueriesContext(connection) as asked:
        column.named(brand, {"0" * 64, "1" * 64})
    plan = plan_of(asked[0]["sql"])
    assert indexes_of(plan) == {"candidate_by_file"}
    assert "Sort" not in {node["Node Type"] for node in plan}


def test_beat_does_what_every_app_has_scheduled():
    ours = [config.name for config in apps.get_app_configs() if config.name.startswith(OURS)]
    scheduled = [import_module(f"{app}.schedule") for app in ours if find_spec(f"{app}.schedule")]

    assert {name for module in scheduled for name in module.BEAT_SCHEDULE} == set(
        settings.CELERY_BEAT_SCHEDULE
    )
    assert set(settings.CELERY_BEAT_SCHEDULE) >= {
        "accounts.remove_unreferenced_files",
        "jobs.remove_unfinished_files",
    }
