from styles.models.base_models import BaseModel
from styles.models.logos import BrandLogo
from styles.models.palette import PaletteColour
from styles.models.references import PinnedReference, ReferenceImage
from styles.models.styles import Style, StyleRevision

__all__ = [
    "BaseModel",
    "BrandLogo",
    "PaletteColour",
    "PinnedReference",
    "ReferenceImage",
    "Style",
    "StyleRevision",
]
