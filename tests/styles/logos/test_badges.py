"""Where a badge stands, and that its pixels are those of the picture."""

import math

import pytest
from PIL import Image

from brandhub.common.errors import InvalidInput
from brandhub.common.pixels import pixel_sha256
from styles.logos.badges import badge_for, with_badge
from styles.models import BrandLogo, StyleRevision
from styles.models.styles import BadgeCorner


def logo(**values):
    return BrandLogo(**{"file_sha256": "a" * 64, "width": 300, "height": 100, **values})


def revision(**values):
    return StyleRevision(**{"image_size": 256, "badge_corner": "bottom_right", **values})


def mark(size=(300, 100)):
    return Image.new("RGBA", size, (200, 0, 0, 255))


@pytest.mark.parametrize("corner", BadgeCorner.values)
@pytest.mark.parametrize("size", [10, 26, 45])
def test_a_badge_stays_within_the_circle_in_its_corner(corner, size):
    small = logo(minimum_size=8, clear_space=0)

    badge = badge_for(revision(badge_corner=corner, badge_size=size), small)

    radius = badge.diameter / 2
    across, down = badge.left + radius - 128, badge.top + radius - 128
    assert math.hypot(across, down) + radius <= 128 + 1  # a pixel for rounding
    assert (down < 0, across < 0) == ("top" in corner, "left" in corner)


def test_the_minimum_size_is_the_logos_not_the_plates():
    wide = logo(minimum_size=48, clear_space=10)

    badge = badge_for(revision(badge_size=10), wide)
    picture = with_badge(Image.new("RGB", (256, 256), "#1c7ed6"), mark(), badge)

    reds = [x for x in range(256) for y in range(256) if picture.getpixel((x, y)) == (200, 0, 0)]
    assert max(reds) - min(reds) + 1 >= 48 - 1


def test_the_clear_space_is_white_all_around():
    badge = badge_for(revision(badge_size=40), logo(minimum_size=8, clear_space=20))
    picture = with_badge(Image.new("RGB", (256, 256), "black"), mark(), badge)

    middle = badge.diameter / 2
    for degrees in range(0, 360, 5):
        for share in (0.82, 0.9):
            x = badge.left + middle + share * middle * math.cos(math.radians(degrees))
            y = badge.top + middle + share * middle * math.sin(math.radians(degrees))
            assert picture.getpixel((int(x), int(y))) == (255, 255, 255)


def test_the_rest_of_the_picture_is_untouched():
    ground = Image.effect_mandelbrot((256, 256), (-2, -1.5, 1, 1.5), 50).convert("RGB")
    badge = badge_for(revision(), logo(minimum_size=8))

    picture = with_badge(ground, mark(), badge)

    box = (badge.left, badge.top, badge.left + badge.diameter, badge.top + badge.diameter)
    assert (picture.mode, picture.size) == ("RGB", (256, 256))
    for image in (picture, ground):
        image.paste("black", box)
    assert pixel_sha256(picture) == pixel_sha256(ground)


def test_the_same_gives_the_same_pixels():
    badge = badge_for(revision(), logo(minimum_size=8))
    hashes = {
        pixel_sha256(with_badge(Image.new("RGB", (256, 256), "navy"), mark(), badge))
        for _ in range(3)
    }
    assert len(hashes) == 1


def test_a_style_without_a_badge_has_none():
    assert badge_for(revision(badge_corner=""), logo()) is None
    assert badge_for(revision(badge_corner=""), None) is None


@pytest.mark.parametrize(
    ("values", "of_brand", "code"),
    [
        ({}, None, "logo_missing"),
        ({"image_size": 64}, logo(minimum_size=48), "badge_too_large"),
    ],
)
def test_a_badge_that_cannot_be_is_refused(values, of_brand, code):
    with pytest.raises(InvalidInput) as refusal:
        badge_for(revision(**values), of_brand)
    assert refusal.value.error_code == code
