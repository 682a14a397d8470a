"""The addresses of the references' pages."""

from django.urls import path

from styles.references import pages

urlpatterns = [
    path("references/", pages.reference_list, name="reference-list"),
    path("references/new/", pages.reference_upload, name="reference-upload"),
    path("references/<uuid:pk>/", pages.reference_detail, name="reference-detail"),
    path("references/<uuid:pk>/picture/", pages.reference_picture, name="reference-picture"),
    path("references/of/<uuid:pk>/suggest/", pages.reference_suggest, name="reference-suggest"),
    path("references/<uuid:pk>/remove/", pages.reference_remove, name="reference-remove"),
]
