"""What a brand has already and a pack contradicts: all of it is named, and nothing is written."""

import pytest

from brandhub.audit.record import SYSTEM
from styles.adapters.uploading import deprecate_adapter
from styles.models import BrandLogo
from styles.packs.conflicts import ImportChoices, PackConflict
from styles.services import set_colour
from tests.factories import AdapterRevisionFactory, StyleFactory, StyleRevisionFactory
from tests.pages.world import logo
from tests.races import together
from tests.styles.packs.test_hostile import everything

pytestmark = pytest.mark.django_db


def conflicts_of(take_in, pack, **choices) -> list[tuple[str, str]]:
    before = everything()
    with pytest.raises(PackConflict) as raised:
        take_in(pack, choices=ImportChoices(**choices))
    assert everything() == before
    return [(each.pointer, each.code) for each in raised.value.conflicts]


def test_everything_in_the_way_is_named_at_once(pack, take_in, other) -> None:
    StyleFactory(brand=other, slug="friendly")
    AdapterRevisionFactory(brand=other, adapter__slug="nimbus")
    set_colour(actor=SYSTEM, brand=other, name="Sky", hex="#ff0000")
    logo(other)

    assert conflicts_of(take_in, pack) == [
        ("/slug", "style_slug_taken"),
        ("/adapters/0", "adapter_slug_taken"),
        ("/palette/0", "colour_conflict"),
        ("/logo", "logo_conflict"),
    ]

    # Each is settled by a choice.
    imported = take_in(
        pack, choices=ImportChoices(slug="friendlier", join=True, palette="leave", logo="leave")
    )
    assert imported.revision.style.slug == "friendlier"
    added = imported.adapters_added[0]
    assert (added.adapter.slug, added.number) == ("nimbus", 2)
    assert other.palette.get().hex == "#ff0000"
    assert BrandLogo.objects.filter(brand=other).count() == 1


def test_a_style_with_a_draft_takes_no_second_one(pack, take_in, other) -> None:
    StyleRevisionFactory(style=StyleFactory(brand=other, slug="friendly"), status="draft")
    assert conflicts_of(take_in, pack, join=True) == [("/slug", "draft_exists")]


def test_an_adapter_that_was_deprecated_does_not_come_back(published, pack, take_in, ready) -> None:
    deprecate_adapter(actor=SYSTEM, revision_id=ready.pk)
    brand = published.style.brand
    with pytest.raises(PackConflict) as raised:
        take_in(pack, brand=brand, choices=ImportChoices(join=True))
    assert [each.code for each in raised.value.conflicts] == ["adapter_deprecated"]


def test_the_same_colour_and_the_same_logo_contradict_nothing(published, pack, take_in) -> None:
    choices = ImportChoices(slug="twin", join=True)
    imported = take_in(pack, brand=published.style.brand, choices=choices)
    assert (imported.colours_added, imported.logo_added) == (0, False)


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_at_once_one_is_told_of_the_other(pack, take_in) -> None:
    told = together(lambda: take_in(pack), lambda: take_in(pack))
    refusals = [each for each in told if isinstance(each, PackConflict)]
    assert len(refusals) == 1
    assert "style_slug_taken" in [each.code for each in refusals[0].conflicts]
