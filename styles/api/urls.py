"""Addresses of styles, requirements and reference images."""

from django.urls import path, re_path

from styles.api.views import ParseRequirement, ReferenceImages, StyleDetail, Styles

urlpatterns = [
    path("styles", Styles.as_view(), name="styles"),
    re_path(
        r"^styles/(?P<brand>[-a-zA-Z0-9_]+)/(?P<style>[-a-zA-Z0-9_]+(?:@[0-9]{1,9})?)$",
        StyleDetail.as_view(),
        name="style",
    ),
    path("requirements/parse", ParseRequirement.as_view(), name="requirements-parse"),
    path("reference-images", ReferenceImages.as_view(), name="reference-images"),
]
