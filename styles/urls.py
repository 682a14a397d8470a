"""The addresses of this app's pages."""

from django.urls import path

from styles.adapters.urls import urlpatterns as adapter_pages
from styles.packs.urls import urlpatterns as pack_pages
from styles.references.urls import urlpatterns as reference_pages
from styles.views import library, revisions
from styles.workspace.urls import urlpatterns as workspace_pages

_REVISION = "styles/revisions/<uuid:pk>"

urlpatterns = [
    path("styles/", library.style_list, name="style-list"),
    path("styles/new/", library.style_new, name="style-new"),
    path("styles/<uuid:pk>/", library.style_detail, name="style-detail"),
    path("styles/<uuid:pk>/edit/", library.style_edit, name="style-edit"),
    path("styles/<uuid:pk>/revisions/new/", revisions.revision_new, name="revision-new"),
    path(f"{_REVISION}/edit/", revisions.revision_edit, name="revision-edit"),
    path(f"{_REVISION}/preview/", revisions.revision_preview, name="revision-preview"),
    path(f"{_REVISION}/retire/", revisions.revision_retire, name="revision-retire"),
    path(f"{_REVISION}/changes/", revisions.revision_changes, name="revision-changes"),
    *pack_pages,
    *reference_pages,
    *adapter_pages,
    *workspace_pages,
]
