"""The addresses of the adapters' pages."""

from django.urls import path

from styles.adapters import pages, pin_pages

urlpatterns = [
    path("adapters/", pages.adapter_list, name="adapter-list"),
    path("adapters/new/", pages.adapter_upload, name="adapter-upload"),
    path("adapters/<uuid:pk>/", pages.adapter_detail, name="adapter-detail"),
    path("adapters/<uuid:pk>/live/", pages.adapter_live, name="adapter-live"),
    path("adapter-revisions/<uuid:pk>/preview/", pages.adapter_preview, name="adapter-preview"),
    path(
        "adapter-revisions/<uuid:pk>/deprecate/", pages.adapter_deprecate, name="adapter-deprecate"
    ),
    path("adapter-revisions/<uuid:pk>/recheck/", pages.adapter_recheck, name="adapter-recheck"),
    path(
        "styles/revisions/<uuid:pk>/adapters/",
        pin_pages.revision_adapters,
        name="revision-adapters",
    ),
]
