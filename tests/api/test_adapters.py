"""Uploading adapters over the API: hostile files get a code, sound ones an answer that follows."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from brandhub.accounts.models import Brand
from brandhub.common.storage import ContentStore
from styles.models import Adapter, AdapterRevision, BaseModel
from tests.api.conftest import Api, code_of
from tests.factories import AdapterRevisionFactory, BaseModelFactory
from tests.inference.hostile_adapters import HEADERS, sound

pytestmark = pytest.mark.django_db

URL = "/api/v1/adapters"


@pytest.fixture
def model(db: None) -> BaseModel:
    return BaseModelFactory(family="avatar-mini", name="avatar-mini")


def send(api: Api, data: bytes, **fields: Any) -> Any:
    headers = fields.pop("headers", {})
    body = {"brand": "acme", "adapter": "nimbus", "base_model": "avatar-mini"} | fields
    body["file"] = SimpleUploadedFile("nimbus.safetensors", data)
    return api.upload(URL, body, **headers)


def test_an_upload_is_answered_with_what_its_header_tells(
    api: Api, brand: Brand, model: BaseModel
) -> None:
    response = send(api, sound(), trigger_words="nimbus toy", name="Nimbus")

    assert response.status_code == 201
    told = response.json()
    assert (told["status"], told["refusal"], told["number"]) == ("uploaded", None, 1)
    assert (told["layout"], told["rank"], told["family"]) == ("diffusers", 2, "avatar-mini")
    assert (told["name"], told["trigger_words"]) == ("Nimbus", "nimbus toy")
    again = api.get(f"{URL}/{told['id']}")
    assert again.json() == told


@pytest.mark.parametrize("name", HEADERS)
def test_a_hostile_file_is_422_with_its_code(
    api: Api, brand: Brand, model: BaseModel, name: str
) -> None:
    make, code = HEADERS[name]
    response = send(api, make())
    assert code_of(response) == (422, code)
    assert [each["pointer"] for each in response.json()["errors"]] == ["/file"]
    assert not Adapter.objects.exists()


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"base_model": "sdxl"}, "/base_model", "unknown_family"),
        ({"adapter": "two words"}, "/adapter", "invalid"),
        ({"alpha": "-2"}, "/alpha", "alpha_invalid"),
        ({"alpha": "nan"}, "/alpha", "invalid"),
        ({"weight": "1"}, "/weight", "unknown_field"),
    ],
)
def test_a_wrong_field_is_named(
    api: Api, brand: Brand, model: BaseModel, fields: dict[str, str], pointer: str, code: str
) -> None:
    response = send(api, sound(), **fields)
    assert response.status_code == 422
    assert (pointer, code) in [
        (each["pointer"], each["code"]) for each in response.json()["errors"]
    ]
    assert not Adapter.objects.exists()


def test_a_refusal_is_told_as_code_and_sentence(api: Api, brand: Brand) -> None:
    revision = AdapterRevisionFactory(
        brand=brand,
        status="refused",
        reason="other_base_model",
        reason_facts={"trained_on": "sdxl_base_v1-0", "base_model": "avatar-mini"},
    )
    refusal = api.get(f"{URL}/{revision.pk}").json()["refusal"]
    assert refusal == {
        "code": "other_base_model",
        "detail": "This adapter was made for sdxl_base_v1-0 and does not fit avatar-mini.",
    }


def test_an_upload_sent_twice_is_one_revision(api: Api, brand: Brand, model: BaseModel) -> None:
    first = send(api, sound(), headers={"Idempotency_Key": "k-1"})
    again = send(api, sound(), headers={"Idempotency_Key": "k-1"})
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert code_of(send(api, sound())) == (409, "adapter_file_known")
    assert AdapterRevision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_file_is_stored_before_a_transaction_that_would_wait_for_it(
    api: Api, brand: Brand, model: BaseModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two gigabytes take longer than a transaction may idle; a stored answer needs none of them."""
    put_stream, in_transaction = ContentStore.put_stream, []

    def noted(store: ContentStore, namespace: str, file: Any) -> Any:
        in_transaction.append(connection.in_atomic_block)
        return put_stream(store, namespace, file)

    monkeypatch.setattr(ContentStore, "put_stream", noted)

    first = send(api, sound(), headers={"Idempotency_Key": "k-1"})
    again = send(api, sound(), headers={"Idempotency_Key": "k-1"})

    assert (first.status_code, again.json()) == (201, first.json())
    assert in_transaction == [False]


def test_a_file_that_is_refused_frees_its_key(api: Api, brand: Brand, model: BaseModel) -> None:
    refused = send(api, b"no adapter", headers={"Idempotency_Key": "k-1"})
    mended = send(api, sound(), headers={"Idempotency_Key": "k-1"})

    assert (refused.status_code, mended.status_code) == (422, 201)
