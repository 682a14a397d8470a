"""The addresses of this app's pages."""

from django.urls import path

from brandhub.audit import pages

urlpatterns = [
    path("brands/<uuid:pk>/audit/", pages.audit_trail, name="audit-trail"),
    path("brands/<uuid:pk>/audit.csv", pages.audit_export, name="audit-export"),
]
