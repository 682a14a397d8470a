"""Pictures made here: real ones pass, broken ones are blocked, off-palette ones are flagged."""

import io

import numpy as np
import pytest
from PIL import Image

from brandhub.common.pixels import pixel_sha256, png_bytes
from moderation.checks.broken_image import (
    DISORDER_THRESHOLD,
    FLATNESS_THRESHOLD,
    BrokenImage,
    disorder,
    flatness,
)
from moderation.checks.palette_distance import PaletteDistance, distances
from moderation.checks.picture import BrandColour, Picture
from tests.moderation.conftest import jpeg_bytes, scene

BLUE = BrandColour("Blue", "#1565c0", 12.0)
CREAM = BrandColour("Cream", "#f0dcbe", 8.0)
RED = BrandColour("Red", "#c62828", 12.0)


def picture(image, *, palette=(), data=None):
    return Picture(
        data=png_bytes(image) if data is None else data,
        pixel_sha256=pixel_sha256(image),
        palette=tuple(palette),
    )


def broken(subject):
    [result] = BrokenImage().run(subject)
    return str(result.verdict), result.evidence["measure"], result


def noise(seed=0, size=96):
    rng = np.random.default_rng(seed)
    return Image.fromarray(rng.integers(0, 256, (size, size, 3), dtype=np.uint8))


def blocks(seed=0, cell=6, size=96):
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, 256, (size // cell, size // cell, 3), dtype=np.uint8)
    return Image.fromarray(cells).resize((size, size), Image.Resampling.NEAREST)


@pytest.mark.parametrize("seed", range(5))
def test_a_drawing_passes_with_its_measures(seed):
    verdict, measure, result = broken(picture(scene(seed)))
    assert (verdict, measure) == ("pass", "empty")
    assert result.threshold == FLATNESS_THRESHOLD
    assert 0.6 < result.score < 0.85
    assert result.score == result.evidence["flatness"]
    assert result.evidence["disorder"] < 0.4


@pytest.mark.parametrize("size", [32, 128, 256, 1024])
def test_the_size_of_a_drawing_does_not_matter(size):
    image = scene().resize((size, size), Image.Resampling.LANCZOS)
    assert broken(picture(image))[0] == "pass"


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "LA"])
def test_every_mode_of_a_png_is_read(mode):
    image = scene().convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, format="PNG")
    subject = Picture(data=buffer.getvalue(), pixel_sha256=pixel_sha256(image))
    assert broken(subject)[0] == "pass"


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGB", (96, 96), "black"),
        Image.new("RGB", (96, 96), (120, 130, 140)),
        Image.new("RGBA", (96, 96), (0, 0, 0, 0)),
        Image.fromarray(
            np.clip(np.random.default_rng(0).normal(128, 2, (96, 96, 3)), 0, 255).astype(np.uint8)
        ),
        # What undefined numbers become when they are cast to bytes.
        Image.fromarray(np.nan_to_num(np.full((96, 96, 3), np.nan)).astype(np.uint8)),
    ],
    ids=["black", "grey", "transparent", "faint noise on grey", "not a number"],
)
def test_a_picture_of_one_colour_is_blocked(image):
    verdict, measure, result = broken(picture(image))
    assert (verdict, measure) == ("block", "empty")
    assert result.score == 1.0


@pytest.mark.parametrize(
    "image",
    [
        noise(),
        noise(1).convert("L").convert("RGB"),
        Image.fromarray(
            np.clip(np.random.default_rng(2).normal(128, 25, (96, 96, 3)), 0, 255).astype(np.uint8)
        ),
        blocks(),
        blocks(cell=4),
        Image.fromarray(
            (np.random.default_rng(3).random((96, 96, 3)) > 0.5).astype(np.uint8) * 255
        ),
    ],
    ids=["colour", "grey", "gaussian", "blocks of 6", "blocks of 4", "black and white"],
)
def test_noise_is_blocked(image):
    verdict, measure, result = broken(picture(image))
    assert (verdict, measure) == ("block", "noise")
    assert result.threshold == DISORDER_THRESHOLD
    assert DISORDER_THRESHOLD < result.score <= 1.0


def test_patterns_and_gradients_are_no_noise():
    y, x = np.indices((96, 96))
    chess = np.repeat(((x // 6 + y // 6) % 2 * 255)[..., None], 3, 2).astype(np.uint8)
    sky = np.stack([x * 2, y * 2, 255 - x], axis=2).astype(np.uint8)
    for pixels in (chess, sky):
        assert broken(picture(Image.fromarray(pixels)))[0] == "pass"


def test_the_measures_are_what_they_say():
    half = np.zeros((10, 10, 3), dtype=np.uint8)
    half[:, :4] = 255
    assert flatness(half) == 0.6
    assert disorder(np.zeros((10, 10, 3), dtype=np.uint8)) == 0.0


@pytest.mark.parametrize("cut", [0.0, 0.1, 0.5, 0.95])
def test_a_truncated_file_is_blocked(cut):
    data = png_bytes(scene())
    verdict, measure, result = broken(picture(scene(), data=data[: int(len(data) * cut)]))
    assert (verdict, measure, result.score) == ("block", "unreadable", 1.0)


@pytest.mark.parametrize("data", [b"", b"not a picture", b"%!PS-Adobe-3.0 EPSF-3.0\n"])
def test_what_is_no_picture_is_blocked(data):
    assert broken(picture(scene(), data=data))[:2] == ("block", "unreadable")


def test_a_damaged_file_is_blocked():
    data = bytearray(png_bytes(scene()))
    data[len(data) // 2] ^= 0xFF
    assert broken(picture(scene(), data=bytes(data)))[0] == "block"


def test_other_pixels_than_those_of_the_record_are_blocked():
    # given: a good picture, but not the one whose digest a reviewer would approve
    subject = picture(scene(0), data=png_bytes(scene(1)))
    # when
    verdict, measure, _ = broken(subject)
    # then
    assert (verdict, measure) == ("block", "other_pixels")


def test_a_recompressed_file_with_the_same_look_is_another_picture():
    assert broken(picture(scene(), data=jpeg_bytes(scene())))[:2] == ("block", "other_pixels")


def test_ciede2000_agrees_with_the_published_pairs():
    """Known distances: white to black is 100; grey to itself 0; from Sharma, Wu and Dalal's
    definition the lightness term alone separates two greys.
    """
    rgb = np.array([[0, 0, 0], [255, 255, 255], [119, 119, 119]], dtype=np.uint8)
    far = distances(rgb, rgb)
    assert np.allclose(np.diag(far), 0)
    assert abs(far[0, 1] - 100) < 0.01
    assert np.allclose(far, far.T)


def palette_result(image, *palette):
    [result] = PaletteDistance().run(picture(image, palette=palette))
    return result


def test_a_picture_in_the_brands_colours_passes_and_shows_them():
    result = palette_result(scene(), BLUE, CREAM)
    assert (str(result.verdict), result.threshold) == ("pass", 0.25)
    assert result.score > 0.95
    shares = result.evidence["shares"]
    assert 0.7 < shares["Blue"] < 0.8
    assert 0.15 < shares["Cream"] < 0.25
    first, second = result.evidence["swatches"][:2]
    assert (first["hex"], first["nearest"], first["delta_e"]) == ("#1565c0", "Blue", 0.0)
    assert first["within"] is True
    assert (second["hex"], second["nearest"]) == ("#f0dcbe", "Cream")
    assert abs(sum(each["share"] for each in result.evidence["swatches"]) - 1) < 0.02


def test_a_picture_off_the_palette_is_flagged_and_says_how_far():
    result = palette_result(scene(), RED)
    assert (str(result.verdict), result.threshold) == ("flag", 0.25)
    assert result.score < 0.03
    first = result.evidence["swatches"][0]
    assert (first["nearest"], first["nearest_hex"], first["within"]) == ("Red", "#c62828", False)
    assert first["delta_e"] > 40


def test_the_tolerance_decides_what_counts_as_a_brand_colour():
    near = BrandColour("Near", "#2f72c4", 0.5)
    assert str(palette_result(scene(), near).verdict) == "flag"
    assert str(palette_result(scene(), BrandColour("Near", "#2f72c4", 12.0)).verdict) == "pass"


def test_nothing_off_the_palette_is_ever_blocked():
    for image in (scene(), noise(), Image.new("RGB", (8, 8), "black")):
        assert str(palette_result(image, RED).verdict) == "flag"


def test_a_brand_without_palette_passes_with_a_note():
    result = palette_result(scene())
    assert (str(result.verdict), result.score, result.evidence) == (
        "pass",
        None,
        {"note": "no_palette"},
    )


def test_two_colours_in_a_tiny_picture():
    image = Image.new("RGB", (2, 1), "#1565c0")
    image.putpixel((1, 0), (198, 40, 40))
    result = palette_result(image, BLUE)
    assert result.score == 0.5
    assert [each["share"] for each in result.evidence["swatches"]] == [0.5, 0.5]
