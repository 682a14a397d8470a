"""The addresses of style packs' pages."""

from django.urls import path

from styles.packs import pages

urlpatterns = [
    path("styles/import/", pages.style_import, name="style-import"),
    path("styles/revisions/<uuid:pk>/pack/", pages.revision_pack, name="revision-pack"),
]
