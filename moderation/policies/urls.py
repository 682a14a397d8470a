"""The addresses of the policies' pages."""

from django.urls import path

from moderation.policies import pages

urlpatterns = [
    path("brands/<uuid:pk>/policies/", pages.policy_list, name="policy-list"),
    path("brands/<uuid:pk>/duty/", pages.duty_delegate, name="duty-delegate"),
    path("brands/<uuid:pk>/duty/end/", pages.duty_end, name="duty-end"),
    path("policies/<uuid:pk>/", pages.policy_detail, name="policy-detail"),
    path("brands/<uuid:pk>/policies/draft/", pages.policy_draft, name="policy-draft"),
    path("policies/<uuid:pk>/edit/", pages.policy_edit, name="policy-edit"),
    path("policies/<uuid:pk>/replay/", pages.policy_replay, name="policy-replay"),
    path("policies/<uuid:pk>/discard/", pages.policy_discard, name="policy-discard"),
]
