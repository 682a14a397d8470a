"""The addresses of this app's pages."""

from django.urls import path

from avatars.views import bots, comparisons, pictures, requests, versions

urlpatterns = [
    path("bots/", bots.bot_list, name="bot-list"),
    path("bots/new/", bots.bot_register, name="bot-register"),
    path("bots/<uuid:pk>/", bots.bot_detail, name="bot-detail"),
    path("bots/<uuid:pk>/roll-back/", bots.bot_roll_back, name="bot-roll-back"),
    path("bots/<uuid:pk>/take-down/", bots.bot_take_down, name="bot-take-down"),
    path("versions/<uuid:pk>/", versions.version_detail, name="version-detail"),
    path("requests/", requests.request_list, name="request-list"),
    path("requests/new/", requests.request_new, name="request-new"),
    path("requests/preview/", requests.request_preview, name="request-preview"),
    path("requests/<uuid:pk>/", requests.request_detail, name="request-detail"),
    path("requests/<uuid:pk>/live/", requests.request_live, name="request-live"),
    path("requests/<uuid:pk>/cancel/", requests.request_cancel, name="request-cancel"),
    path("requests/<uuid:pk>/retry/", requests.request_retry, name="request-retry"),
    path(
        "styles/revisions/<uuid:pk>/compare/",
        comparisons.revision_compare,
        name="revision-compare",
    ),
    path("styles/comparisons/<uuid:pk>/", comparisons.comparison, name="comparison"),
    path("styles/comparisons/<uuid:pk>/live/", comparisons.comparison_live, name="comparison-live"),
    path("requests/<uuid:pk>/reference/", pictures.request_reference, name="request-reference"),
    path("candidates/<uuid:pk>/picture/", pictures.candidate_picture, name="candidate-picture"),
]
