"""The addresses of the adapters' pages."""

from django.urls import path

from styles.adapters import pages, pin_pages, training_pages

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
    path("trainings/", training_pages.training_list, name="training-list"),
    path("trainings/new/", training_pages.training_new, name="training-new"),
    path("trainings/<uuid:pk>/", training_pages.training_detail, name="training-detail"),
    path("trainings/<uuid:pk>/live/", training_pages.training_live, name="training-live"),
    path("trainings/<uuid:pk>/pause/", training_pages.training_pause, name="training-pause"),
    path("trainings/<uuid:pk>/resume/", training_pages.training_resume, name="training-resume"),
    path("trainings/<uuid:pk>/cancel/", training_pages.training_cancel, name="training-cancel"),
    path("trainings/<uuid:pk>/preview/", training_pages.training_preview, name="training-preview"),
]
