"""The root of all addresses."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from brandhub.api.fallbacks import UnknownAddress
from brandhub.common import health

urlpatterns = [
    path("healthz", health.live, name="live"),
    path("readyz", health.ready, name="ready"),
    path(settings.ADMIN_PATH, admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include("brandhub.api_urls")),
    re_path("^api/", UnknownAddress.as_view()),
]

handler400 = "brandhub.api.fallbacks.bad_request"
handler404 = "brandhub.api.fallbacks.not_found"
handler500 = "brandhub.api.fallbacks.server_error"
