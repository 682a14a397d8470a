"""The root of all addresses."""

from django.conf import settings
from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path, re_path
from django.utils.functional import lazy
from django.views.generic import RedirectView

from avatars.api import urls as avatars_api
from brandhub.admin_menu import admin_door
from brandhub.api.fallbacks import UnknownAddress
from brandhub.common import health
from brandhub.common.metrics.exposition import metrics

# Late, because in production the file's name is known only once static files are collected.
_favicon = lazy(static, str)("brandhub/favicon.svg")

urlpatterns = [
    path("healthz", health.live, name="live"),
    path("readyz", health.ready, name="ready"),
    path("metrics", metrics, name="metrics"),
    # Asked for by browsers on answers that are no pages of ours and name no icon.
    path("favicon.ico", RedirectView.as_view(url=_favicon), name="favicon"),
    path("", include("brandhub.page_urls")),
    path(f"{settings.ADMIN_PATH}login/", admin_door),
    path(settings.ADMIN_PATH, admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include("brandhub.api_urls")),
    *avatars_api.short_form,
    *avatars_api.public,
    re_path("^api/", UnknownAddress.as_view()),
]

handler400 = "brandhub.api.fallbacks.bad_request"
handler404 = "brandhub.api.fallbacks.not_found"
handler500 = "brandhub.api.fallbacks.server_error"
