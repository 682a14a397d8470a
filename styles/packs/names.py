"""What the file of a style pack is called."""

from styles.models import StyleRevision

ZIP = "application/zip"


def pack_name(revision: StyleRevision) -> str:
    """The name that a pack of ``revision`` is kept by."""
    style = revision.style
    return f"{style.brand.slug}-{style.slug}-{revision.number}.zip"
