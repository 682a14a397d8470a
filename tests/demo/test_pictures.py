"""Pictures in a terminal: each character shows two pixels of the picture."""

from PIL import Image
from rich.color import Color

from brandhub.demo.pictures import side_by_side


def test_two_pictures_stand_side_by_side_in_their_colours():
    red = Image.new("RGB", (64, 64), (255, 0, 0))
    half = Image.new("RGBA", (64, 64), (0, 0, 255, 255))
    half.paste((255, 255, 255, 255), (0, 32, 64, 64))

    text = side_by_side([red, half], side=4)

    assert text.plain == "▀▀▀▀  ▀▀▀▀  \n" * 2
    first, last = text.spans[0].style, text.spans[-1].style
    assert (first.color, first.bgcolor) == (Color.from_rgb(255, 0, 0),) * 2
    assert (last.color, last.bgcolor) == (Color.from_rgb(255, 255, 255),) * 2
