"""Addresses of styles, requirements and reference images."""

from django.urls import path

import brandhub.api.converters  # noqa: F401 - registers style_name
from styles.adapters.api import AdapterDetail, Adapters
from styles.api.views import ParseRequirement, ReferenceImages, StyleDetail, Styles
from styles.packs.api import StylePack, StylePacks
from styles.references.api import ReferencePicture, References

urlpatterns = [
    path("styles", Styles.as_view(), name="styles"),
    path("styles/<slug:brand>/<style_name:style>", StyleDetail.as_view(), name="style"),
    path("styles/<slug:brand>/<style_name:style>/pack", StylePack.as_view(), name="style-pack"),
    path("style-packs", StylePacks.as_view(), name="style-packs"),
    path("requirements/parse", ParseRequirement.as_view(), name="requirements-parse"),
    path("adapters", Adapters.as_view(), name="adapters"),
    path("adapters/<uuid:adapter_id>", AdapterDetail.as_view(), name="adapter"),
    path("reference-images", ReferenceImages.as_view(), name="reference-images"),
    path("references", References.as_view(), name="references"),
    path(
        "references/<uuid:reference_id>/image", ReferencePicture.as_view(), name="reference-image"
    ),
]
