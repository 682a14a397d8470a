"""Path parts of the API's addresses."""

from django.urls import register_converter


class Sha256:
    """A digest as 64 hexadecimal digits."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class PictureExtension(Sha256):
    """How the name of a picture's file ends."""

    regex = "png|webp|jpg|avif"


class StyleName(Sha256):
    """A style's short name, with or without ``@`` and the number of a revision."""

    regex = "[-a-zA-Z0-9_]+(?:@[0-9]{1,9})?"


register_converter(Sha256, "sha256")
register_converter(PictureExtension, "picture_extension")
register_converter(StyleName, "style_name")
