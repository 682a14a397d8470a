"""Contrast ratios, against values that the standard's own tools give."""

import pytest

from styles.models import PaletteColour
from styles.workspace.contrast import contrast_ratio, contrasts_of


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#000000", 21.0),
        ("#777777", "#777777", 1.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 3.998),
        ("#1C7ED6", "#ffffff", 4.20),
    ],
)
def test_the_ratio_of_two_colours(first, second, ratio):
    assert contrast_ratio(first, second) == pytest.approx(ratio, abs=0.01)


def test_each_colour_is_judged_before_each_background():
    blue = PaletteColour(name="Blue", hex="#1c7ed6", role="primary")
    grey = PaletteColour(name="Grey", hex="#767676", role="neutral")
    pale = PaletteColour(name="Pale", hex="#ffffff", role="background")
    night = PaletteColour(name="Night", hex="#1a1a2e", role="background")

    told = {
        colour.name: [
            (each.ground.name, each.is_enough_for_text, each.is_enough_for_shapes)
            for each in contrasts
        ]
        for colour, contrasts in contrasts_of([blue, grey, pale, night])
    }

    assert told == {
        "Blue": [("Pale", False, True), ("Night", False, True)],
        "Grey": [("Pale", True, True), ("Night", False, True)],
        "Pale": [],
        "Night": [],
    }


def test_almost_enough_is_not_enough():
    # 2.9953 : 1, which rounding would let pass
    almost = PaletteColour(name="Almost", hex="#959595", role="primary")
    white = PaletteColour(name="White", hex="#ffffff", role="background")

    ((_, contrasts), _white) = contrasts_of([almost, white])

    assert contrasts[0].ratio == 2.99
    assert not contrasts[0].is_enough_for_shapes
