"""Style packs over the API: out of one brand, into another, and what is told of a bad one."""

import io
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from brandhub.accounts.models import Brand, Scope
from brandhub.audit.models import AuditEvent
from styles.models import BaseModel, Style, StyleRevision
from styles.packs import importing
from styles.packs.conflicts import refuse_conflicts
from tests.api.conftest import Api, code_of
from tests.factories import ApiKeyFactory, BaseModelFactory, StyleFactory, StyleRevisionFactory
from tests.races import elsewhere
from tests.styles.packs.packs import archive, entries_of, manifest_of, plain_pack, with_manifest

pytestmark = pytest.mark.django_db

URL = "/api/v1/style-packs"


@pytest.fixture
def model(db: None) -> BaseModel:
    return BaseModelFactory()


def send(api: Api, pack: bytes, **fields: Any) -> Any:
    headers = fields.pop("headers", {})
    file = SimpleUploadedFile("style.zip", pack)
    return api.upload(URL, {"brand": "acme", "file": file} | fields, **headers)


def body_of(response: Any) -> bytes:
    async def whole() -> bytes:
        return b"".join([piece async for piece in response.streaming_content])

    return async_to_sync(whole)()


def test_a_published_style_goes_out_and_comes_in(api: Api, brand: Brand, model: BaseModel) -> None:
    StyleRevisionFactory(brand=brand, base_model=model, style__slug="friendly", number=1)
    response = api.get("/api/v1/styles/acme/friendly/pack")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == 'attachment; filename="acme-friendly-1.zip"'
    assert response["Cache-Control"] == "private, no-store"
    pack = body_of(response)
    assert int(response["Content-Length"]) == len(pack)
    assert manifest_of(pack)["origin"]["style"] == "acme/friendly@1"

    told = send(api, pack, slug="friendlier")

    assert told.status_code == 201
    assert told.json() == {
        "style": "acme/friendlier",
        "revision": 1,
        "status": "draft",
        "references_added": 0,
        "references_known": 0,
        "adapters_added": [],
        "adapters_known": 0,
        "colours_added": 0,
        "logo_added": False,
    }
    # A draft is no style that a request could name.
    assert code_of(api.get("/api/v1/styles/acme/friendlier")) == (404, "style_not_found")


def test_what_is_in_the_way_is_listed(api: Api, brand: Brand, model: BaseModel) -> None:
    StyleFactory(brand=brand, slug="from-a-pack")
    response = send(api, plain_pack(model))
    assert code_of(response) == (409, "pack_conflicts")
    assert response.json()["conflicts"] == [
        {
            "pointer": "/slug",
            "code": "style_slug_taken",
            "detail": "The brand has a style from-a-pack already.",
        }
    ]
    assert not StyleRevision.objects.exists()
    assert send(api, plain_pack(model), join="true").status_code == 201


def test_a_hostile_pack_is_422_with_its_code(api: Api, brand: Brand, model: BaseModel) -> None:
    pack = plain_pack(model)
    assert code_of(send(api, b"PK\x03\x04 no archive")) == (422, "pack_not_readable")
    damaged = entries_of(pack)
    damaged[0].crc = 5
    assert code_of(send(api, archive(damaged))) == (422, "pack_damaged")
    wrong = send(api, with_manifest(pack, lambda told: told["revision"].update(steps="many")))
    assert code_of(wrong) == (422, "manifest_invalid")
    assert [(each["pointer"], each["code"]) for each in wrong.json()["errors"]] == [
        ("/manifest/revision/steps", "invalid")
    ]
    assert not Style.objects.exists()


def test_an_import_sent_twice_is_one_draft(api: Api, brand: Brand, model: BaseModel) -> None:
    first = send(api, plain_pack(model), headers={"Idempotency_Key": "k-1"})
    again = send(api, plain_pack(model), headers={"Idempotency_Key": "k-1"})
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert StyleRevision.objects.count() == 1


def test_reading_styles_is_no_leave_to_take_them_in_or_out(
    brand: Brand, model: BaseModel, platform
) -> None:
    scopes = [each for each in Scope.values if each != Scope.STYLES_WRITE]
    reader = Api(ApiKeyFactory(client=platform, scopes=scopes).secret)
    assert code_of(send(reader, plain_pack(model)))[0] == 403
    assert not Style.objects.exists()
    StyleRevisionFactory(brand=brand, base_model=model, style__slug="friendly")
    assert reader.get("/api/v1/styles/acme/friendly").status_code == 200
    assert code_of(reader.get("/api/v1/styles/acme/friendly/pack"))[0] == 403
    assert not AuditEvent.objects.exists()


def test_a_pack_that_was_sent_as_no_file_is_told_so(api: Api, brand: Brand) -> None:
    response = api.upload(URL, {"brand": "acme", "file": io.StringIO("text")})
    assert code_of(response)[0] == 422


@pytest.mark.django_db(transaction=True)
def test_a_twin_whose_first_finishes_while_it_reads_gets_the_same_answer(
    api: Api, brand: Brand, model: BaseModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the first has made is in the way of the second's own check, and no reason to refuse."""
    first: list[Any] = []
    pack = plain_pack(model)

    def let_the_first_finish(*args: Any) -> None:
        monkeypatch.setattr(importing, "refuse_conflicts", refuse_conflicts)
        first.append(elsewhere(lambda: send(api, pack, headers={"Idempotency_Key": "k-1"})))
        refuse_conflicts(*args)

    monkeypatch.setattr(importing, "refuse_conflicts", let_the_first_finish)

    second = send(api, pack, headers={"Idempotency_Key": "k-1"})

    assert first[0].status_code == 201
    assert second.json() == first[0].json()
    assert second["Idempotency-Replayed"] == "true"
    assert StyleRevision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_pack_is_checked_before_a_transaction_that_would_wait_for_it(
    api: Api, brand: Brand, model: BaseModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_pack, in_transaction = importing.check_pack, []

    def noted(*args: Any, **kwargs: Any) -> Any:
        in_transaction.append(connection.in_atomic_block)
        return check_pack(*args, **kwargs)

    monkeypatch.setattr(importing, "check_pack", noted)

    for _ in range(2):
        assert send(api, plain_pack(model), headers={"Idempotency_Key": "k-1"}).status_code == 201

    assert in_transaction == [False]
