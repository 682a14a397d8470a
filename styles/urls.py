"""The addresses of this app's pages."""

from django.urls import path

from styles.views import library, revisions

_REVISION = "styles/revisions/<uuid:pk>"

urlpatterns = [
    path("styles/", library.style_list, name="style-list"),
    path("styles/new/", library.style_new, name="style-new"),
    path("styles/<uuid:pk>/", library.style_detail, name="style-detail"),
    path("styles/<uuid:pk>/edit/", library.style_edit, name="style-edit"),
    path("styles/<uuid:pk>/revisions/new/", revisions.revision_new, name="revision-new"),
    path("styles/revisions/<uuid:pk>/edit/", revisions.revision_edit, name="revision-edit"),
    path(
        "styles/revisions/<uuid:pk>/preview/", revisions.revision_preview, name="revision-preview"
    ),
    path("styles/revisions/<uuid:pk>/retire/", revisions.revision_retire, name="revision-retire"),
    path(
        "styles/revisions/<uuid:pk>/changes/", revisions.revision_changes, name="revision-changes"
    ),
]
