"""Packs on the command line: a file out, a draft in, a sentence and a status for what is wrong."""

import pytest
from django.core.management import CommandError, call_command

from styles.models import StyleRevision
from tests.factories import BaseModelFactory, BrandFactory, StyleFactory, StyleRevisionFactory
from tests.styles.packs.packs import manifest_of, plain_pack

pytestmark = pytest.mark.django_db


@pytest.fixture
def revision(db: None) -> StyleRevision:
    return StyleRevisionFactory(brand=BrandFactory(slug="acme"), style__slug="friendly")


def test_a_style_goes_out_and_comes_in(revision, tmp_path, capsys) -> None:
    BrandFactory(slug="other")
    path = tmp_path / "friendly.zip"
    call_command("export_style", "acme/friendly", str(path))
    assert manifest_of(path.read_bytes())["origin"]["style"] == "acme/friendly@1"
    call_command("import_style", str(path), brand="other")
    assert StyleRevision.objects.get(style__brand__slug="other").status == "draft"
    assert "Imported other/friendly, revision 1, a draft" in capsys.readouterr().out


def test_a_pack_of_before_there_was_a_guidance_schedule_is_constant(tmp_path) -> None:
    model = BaseModelFactory(image_size=64, default_guidance_schedule="early")
    path = tmp_path / "older.zip"
    path.write_bytes(plain_pack(model))
    BrandFactory(slug="acme")
    call_command("import_style", str(path), brand="acme")
    assert StyleRevision.objects.get().guidance_schedule == "constant"


def test_what_is_there_is_not_written_over(revision, tmp_path) -> None:
    path = tmp_path / "friendly.zip"
    path.write_bytes(b"mine")
    with pytest.raises(CommandError, match="is there already"):
        call_command("export_style", "acme/friendly", str(path))
    assert path.read_bytes() == b"mine"


def test_the_file_of_another_export_under_way_is_left_alone(revision, tmp_path) -> None:
    partial = tmp_path / ".friendly.zip.part"
    partial.write_bytes(b"half of it")
    with pytest.raises(CommandError, match="File exists"):
        call_command("export_style", "acme/friendly", str(tmp_path / "friendly.zip"))
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"half of it"]


def test_a_folder_is_no_file_to_write(revision, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match="is there already"):
        call_command("export_style", "acme/friendly", ".")


def test_what_is_not_exported_leaves_no_file(revision, tmp_path) -> None:
    with pytest.raises(CommandError, match="style_not_found"):
        call_command("export_style", "acme/angry", str(tmp_path / "x.zip"))
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_names_place_and_code(revision, tmp_path) -> None:
    StyleFactory(brand=BrandFactory(slug="other"), slug="friendly")
    path = tmp_path / "friendly.zip"
    call_command("export_style", "acme/friendly", str(path))
    with pytest.raises(CommandError, match="/slug style_slug_taken: "):
        call_command("import_style", str(path), brand="other")
    path.write_bytes(b"no archive")
    with pytest.raises(CommandError, match="/file pack_not_readable: "):
        call_command("import_style", str(path), brand="other")
    with pytest.raises(CommandError, match="There is no brand nobody"):
        call_command("import_style", str(path), brand="nobody")
