"""What rows name and the store lacks is found, as after a backup whose files are older."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from brandhub.accounts.file_check import FileCheck, Lack, check_files
from brandhub.accounts.models import Brand
from brandhub.common.storage import store
from styles.adapters.training_states import TrainingStatus
from tests.factories import (
    AdapterTrainingFactory,
    AvatarVersionFactory,
    BrandFactory,
    CandidateFactory,
    GenerationRequestFactory,
    ReferenceImageFactory,
    digest_of,
)

pytestmark = pytest.mark.django_db

GONE = digest_of("gone")


@pytest.fixture
def brand() -> Brand:
    return BrandFactory(slug="acme")


def put(brand: Brand, data: bytes) -> str:
    return store().put(brand.public_id, data).sha256


def said(**options: bool) -> str:
    output = io.StringIO()
    call_command("verify_files", stdout=output, **options)
    return output.getvalue()


def test_what_is_named_and_there_is_counted_once(brand: Brand) -> None:
    # given: a picture that a candidate and its version name, a reference, and a file of nobody's
    picture = put(brand, b"picture")
    candidate = CandidateFactory(brand=brand, status="approved", file_sha256=picture)
    AvatarVersionFactory(candidate=candidate, bot=candidate.request.bot)
    ReferenceImageFactory(brand=brand, file_sha256=put(brand, b"reference"))
    put(brand, b"nobody's")
    assert check_files(brand, content=True) == FileCheck(2, ())
    assert said(content=True) == "acme: 2 files are there\n"


def test_what_a_row_names_and_is_not_there_is_named(brand: Brand) -> None:
    ReferenceImageFactory(brand=brand, file_sha256=put(brand, b"reference"))
    ReferenceImageFactory(brand=brand, file_sha256=GONE)
    found = check_files(brand, content=False)
    assert found == FileCheck(2, (Lack(GONE, "styles.ReferenceImage.file_sha256", "missing"),))
    with pytest.raises(CommandError, match="1 files lack"):
        said()


def test_what_is_named_inside_of_a_document_is_looked_for(brand: Brand) -> None:
    GenerationRequestFactory(brand=brand, badge={"logo": {"sha256": GONE}})
    found = check_files(brand, content=False)
    assert found.lacking == (Lack(GONE, "avatars.GenerationRequest.badge", "missing"),)


def test_what_several_rows_name_is_missed_once(brand: Brand) -> None:
    candidate = CandidateFactory(brand=brand, status="approved", file_sha256=GONE)
    AvatarVersionFactory(candidate=candidate, bot=candidate.request.bot)
    found = check_files(brand, content=False)
    assert found == FileCheck(1, (Lack(GONE, "avatars.Candidate.file_sha256", "missing"),))


def test_a_changed_file_is_seen_by_who_reads_it(brand: Brand) -> None:
    sha256 = put(brand, b"reference")
    ReferenceImageFactory(brand=brand, file_sha256=sha256)
    store().path_of(brand.public_id, sha256).write_bytes(b"refurence")
    assert check_files(brand, content=False).lacking == ()
    assert check_files(brand, content=True).lacking == (
        Lack(sha256, "styles.ReferenceImage.file_sha256", "changed"),
    )


def test_a_file_of_another_brand_is_no_file_of_this_one(brand: Brand) -> None:
    other = put(BrandFactory(slug="other"), b"reference")
    ReferenceImageFactory(brand=brand, file_sha256=other)
    assert [lack.sha256 for lack in check_files(brand, content=False).lacking] == [other]


def test_what_a_row_has_let_go_of_is_not_missed(brand: Brand) -> None:
    AdapterTrainingFactory(
        brand=brand, status=TrainingStatus.CANCELLED, checkpoint_sha256=GONE, pictures=[]
    )
    assert check_files(brand, content=False) == FileCheck(0, ())
