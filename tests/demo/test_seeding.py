"""The demo brands: made once, mended where something is missing, never in production."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from brandhub.accounts.keys import KeyRefused, key_of
from brandhub.accounts.models import ApiClient, ApiKey, Brand, Membership, User
from brandhub.accounts.services import revoke_key
from brandhub.audit.record import SYSTEM
from brandhub.demo.credentials import credentials_file, load
from brandhub.demo.seeding import MODEL_FOLDER, seed
from styles.models import PaletteColour, Style, StyleRevision
from styles.selectors import revision_for
from tests.styles.test_base_models import pipeline

pytestmark = pytest.mark.django_db


@pytest.fixture
def weights(tmp_path, settings):
    settings.MODELS_DIR = tmp_path / "weights"
    return pipeline(settings.MODELS_DIR, MODEL_FOLDER)


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "var"


def counts():
    models = (Brand, User, Membership, ApiClient, ApiKey, Style, StyleRevision, PaletteColour)
    return {model.__name__: model.objects.count() for model in models}


def test_everything_that_the_demo_needs_is_made(weights, data_dir):
    seeded = seed(data_dir)

    revision = revision_for(Brand.objects.all(), "acme/friendly-robots")
    assert revision.base_model == seeded.model
    assert revision.default_tags == {"style": "cartoon", "subject": "robot"}
    key = key_of(seeded.credentials.api_key)
    assert list(key.client.brands.values_list("slug", flat=True)) == ["acme"]
    token = key_of(seeded.credentials.reviewer_token)
    assert token.user.username == "reviewer"
    # Nobody reviews their own request: the platform's owner is somebody else.
    assert key.client.owner.username == "manager"
    roles = set(Membership.objects.values_list("user__username", "brand__slug", "role"))
    assert roles == {
        ("manager", "acme", "manager"),
        ("reviewer", "acme", "reviewer"),
        ("globex-manager", "globex", "manager"),
    }
    for name, password in seeded.credentials.passwords.items():
        person = User.objects.get(username=name)
        assert person.check_password(password)
        assert person.email.endswith("@demo.example")
    assert User.objects.get(is_superuser=True).username == "admin"


def test_a_second_time_changes_nothing(weights, data_dir):
    first = seed(data_dir)
    before = counts()

    second = seed(data_dir)

    assert counts() == before
    assert second.credentials == first.credentials
    assert second.model == first.model


def test_what_is_lost_is_replaced(weights, data_dir):
    first = seed(data_dir).credentials
    credentials_file(data_dir).unlink()

    second = seed(data_dir).credentials

    assert second.api_key != first.api_key
    with pytest.raises(KeyRefused) as refusal:
        key_of(first.api_key)
    assert refusal.value.error_code == "key_revoked"
    assert key_of(second.reviewer_token)
    for name, password in second.passwords.items():
        assert User.objects.get(username=name).check_password(password)
        assert password != first.passwords[name]


def test_a_revoked_key_is_replaced_and_the_passwords_stay(weights, data_dir):
    first = seed(data_dir).credentials
    revoke_key(actor=SYSTEM, key_id=key_of(first.api_key).pk)

    second = seed(data_dir).credentials

    assert key_of(second.api_key)
    assert second.passwords == first.passwords
    assert load(data_dir) == second


def test_new_weights_get_a_new_revision_and_the_old_one_is_retired(weights, data_dir):
    seed(data_dir)
    (weights / "unet" / "diffusion_pytorch_model.safetensors").write_bytes(b"better")

    seeded = seed(data_dir)

    revision = revision_for(Brand.objects.all(), "acme/friendly-robots")
    assert (revision.number, revision.base_model) == (2, seeded.model)
    statuses = list(
        StyleRevision.objects.filter(style=revision.style)
        .order_by("number")
        .values_list("status", flat=True)
    )
    assert statuses == ["retired", "published"]


def test_without_weights_the_rest_is_made_and_the_command_says_so(
    tmp_path, settings, data_dir, capsys
):
    settings.MODELS_DIR = tmp_path / "nothing"
    settings.DATA_DIR = data_dir

    call_command("seed_demo")

    printed = capsys.readouterr()
    credentials = load(data_dir)
    assert credentials.api_key in printed.out
    assert all(password in printed.out for password in credentials.passwords.values())
    assert "There are no weights in" in printed.err
    assert not StyleRevision.objects.exists()
    assert Brand.objects.count() == 2


def test_production_has_no_demo(settings, data_dir):
    settings.PRODUCTION = True
    settings.DATA_DIR = data_dir

    with pytest.raises(CommandError, match="production"):
        call_command("seed_demo")
    assert not User.objects.exists()
    assert not data_dir.exists()
