"""The addresses of the REST API, version 1."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from brandhub.api.me import Me

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api-docs"),
    path("me", Me.as_view(), name="me"),
    path("", include("styles.api.urls")),
    path("", include("avatars.api.urls")),
    path("", include("moderation.api.urls")),
    path("", include("brandhub.api.webhooks.urls")),
]
