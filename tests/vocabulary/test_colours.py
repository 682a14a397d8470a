"""Any colour is called what people would call it."""

import pytest

from brandhub.vocabulary import COLOURS, nearest_colour


@pytest.mark.parametrize(
    ("code", "name"),
    [
        # Dark and pale ones keep their hue, however near brown, black or white they are.
        ("#006241", "green"),
        ("#1f3a6e", "indigo"),
        ("#004d4d", "teal"),
        ("#800000", "red"),
        ("#90ee90", "green"),
        ("#ffb6c1", "pink"),
        ("#4b0082", "purple"),
        ("#7b3f00", "brown"),
        # What has no hue to speak of gets none.
        ("#F5F0E1", "white"),
        ("#708090", "grey"),
        ("#333333", "black"),
    ],
)
def test_a_colour_is_called_by_its_hue(code, name):
    assert nearest_colour(code, of="color") == name


@pytest.mark.parametrize("name", COLOURS)
def test_each_swatch_is_called_by_its_own_name(name):
    assert nearest_colour(COLOURS[name][0], of="background") == name


def test_hair_has_colours_of_its_own():
    assert nearest_colour("#fce37a", of="hair_color") == "blonde"


def test_a_category_without_colours_has_none_that_is_near():
    with pytest.raises(ValueError, match="empty"):
        nearest_colour("#ffffff", of="subject")
