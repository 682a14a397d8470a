"""Renditions: made once, and what is made is what was asked for."""

import pytest

from avatars.models import Rendition
from avatars.placeholders import initials_of, placeholder
from avatars.renditions import RenditionSpec, rendition_for
from brandhub.common.errors import Gone, InvalidInput, NotFound
from brandhub.common.storage import store
from tests.api.pictures import opened, png, published
from tests.factories import BotFactory
from tests.races import InAnotherConnection, together

pytestmark = pytest.mark.django_db(transaction=True)

SPEC = RenditionSpec.parse("64", "png")


def test_two_at_once_are_given_one_file() -> None:
    version = published(BotFactory())

    first, second = together(
        lambda: rendition_for(version=version, spec=SPEC),
        lambda: rendition_for(version=version, spec=SPEC),
    )

    assert first.pk == second.pk
    assert Rendition.objects.count() == 1


def test_the_first_writer_wins_whatever_the_second_has_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another process, with another encoder, stores its file between our look and our write."""
    from avatars import renditions

    version = published(BotFactory())
    render = renditions.render
    theirs: list[Rendition] = []

    def lose_the_race(original: bytes, spec: RenditionSpec) -> tuple[bytes, int]:
        monkeypatch.setattr(renditions, "render", lambda *_: (png("#00ff00"), 64))
        other = InAnotherConnection(lambda: rendition_for(version=version, spec=SPEC))
        theirs.append(other.start().finish())
        return render(original, spec)

    monkeypatch.setattr(renditions, "render", lose_the_race)

    ours = rendition_for(version=version, spec=SPEC)

    assert ours.pk == theirs[0].pk
    assert store().read(version.brand.public_id, ours.file_sha256) == png("#00ff00")
    assert Rendition.objects.count() == 1


def test_brands_share_nothing() -> None:
    one, other = published(BotFactory()), published(BotFactory())

    first, second = (rendition_for(version=each, spec=SPEC) for each in (one, other))

    assert first.file_sha256 == second.file_sha256
    assert first.pk != second.pk
    paths = {store().path_of(each.brand.public_id, each.file_sha256) for each in (first, second)}
    assert len(paths) == 2


@pytest.mark.parametrize(("status", "error"), [("taken_down", Gone), ("scheduled", NotFound)])
def test_what_is_not_public_is_not_made(status: str, error: type[Exception]) -> None:
    version = published(BotFactory(), status=status)

    with pytest.raises(error):
        rendition_for(version=version, spec=SPEC)
    assert Rendition.objects.count() == 0


def test_transparency_is_kept_and_jpeg_gets_white() -> None:
    version = published(BotFactory(), png("#00000000", mode="RGBA"))
    shown = {}
    for format_ in ("png", "webp", "avif", "jpeg"):
        rendition = rendition_for(version=version, spec=RenditionSpec.parse("64", format_))
        shown[format_] = opened(store().read(version.brand.public_id, rendition.file_sha256))

    assert [shown[name].getpixel((60, 60))[3] for name in ("png", "webp", "avif")] == [0, 0, 0]
    assert shown["jpeg"].mode == "RGB"
    assert min(shown["jpeg"].getpixel((60, 60))) >= 250


def test_a_spec_is_read_whole_or_not_at_all() -> None:
    with pytest.raises(InvalidInput) as caught:
        RenditionSpec.parse("0", "bmp", "oval")

    assert [each.pointer for each in caught.value.errors] == ["?size", "?format", "?shape"]
    assert str(RenditionSpec.parse()) == "256-png-square"
    assert str(RenditionSpec.parse(100, "webp", "circle")) == "128-webp-circle"


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Support Bot", "SB"),
        ("support-bot_two", "ST"),
        ("Élan", "E"),
        ("Sam Smith", "SS"),
        ("客服", ""),
        ("客服 7", "7"),
        ("<script>", "S"),
        ("", ""),
    ],
)
def test_initials(name: str, initials: str) -> None:
    assert initials_of(name) == initials


def test_a_name_without_letters_of_the_font_gets_the_pattern() -> None:
    common = {"brand_name": "x", "seed": "1", "colours": ("#1565c0",), "spec": "64-png-square"}

    assert placeholder("initials", bot_name="客服", **common) == placeholder(
        "identicon", bot_name="客服", **common
    )
    assert placeholder("initials", bot_name="Bot", **common) != placeholder(
        "identicon", bot_name="Bot", **common
    )
