from styles.models.adapters import Adapter, AdapterRevision, PinnedAdapter
from styles.models.base_models import BaseModel
from styles.models.logos import BrandLogo
from styles.models.palette import PaletteColour
from styles.models.references import PinnedReference, ReferenceImage
from styles.models.styles import Style, StyleRevision
from styles.models.trainings import AdapterTraining

__all__ = [
    "Adapter",
    "AdapterRevision",
    "AdapterTraining",
    "BaseModel",
    "BrandLogo",
    "PaletteColour",
    "PinnedAdapter",
    "PinnedReference",
    "ReferenceImage",
    "Style",
    "StyleRevision",
]
