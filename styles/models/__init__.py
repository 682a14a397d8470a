from styles.models.base_models import BaseModel
from styles.models.palette import PaletteColour
from styles.models.references import PinnedReference, ReferenceImage
from styles.models.styles import Style, StyleRevision

__all__ = [
    "BaseModel",
    "PaletteColour",
    "PinnedReference",
    "ReferenceImage",
    "Style",
    "StyleRevision",
]
