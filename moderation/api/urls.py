"""Addresses of reviews, below ``/api/v1/``."""

from django.urls import path

from moderation.api import views
from moderation.api.delegations import DelegationDetail, Delegations
from moderation.api.policies import ReviewPolicies, ReviewPolicyDetail

urlpatterns = [
    path("reviews", views.Reviews.as_view(), name="reviews"),
    path("reviews/<uuid:case_id>", views.ReviewDetail.as_view(), name="review"),
    path("reviews/<uuid:case_id>/claim", views.ReviewClaim.as_view(), name="review-claim"),
    path("reviews/<uuid:case_id>/release", views.ReviewRelease.as_view(), name="review-release"),
    path("reviews/<uuid:case_id>/approve", views.ReviewApprove.as_view(), name="review-approve"),
    path("reviews/<uuid:case_id>/reject", views.ReviewReject.as_view(), name="review-reject"),
    path(
        "reviews/<uuid:case_id>/request-changes",
        views.ReviewRequestChanges.as_view(),
        name="review-request-changes",
    ),
    path("reviews/<uuid:case_id>/reword", views.ReviewReword.as_view(), name="review-reword"),
    path("reviews/<uuid:case_id>/comment", views.ReviewComment.as_view(), name="review-comment"),
    path("reviews/<uuid:case_id>/escalate", views.ReviewEscalate.as_view(), name="review-escalate"),
    path("reviews/<uuid:case_id>/undo", views.ReviewUndo.as_view(), name="review-undo"),
    path("reviews/<uuid:case_id>/assign", views.ReviewAssign.as_view(), name="review-assign"),
    path("review-delegations", Delegations.as_view(), name="review-delegations"),
    path(
        "review-delegations/<uuid:delegation_id>",
        DelegationDetail.as_view(),
        name="review-delegation",
    ),
    path("review-policies", ReviewPolicies.as_view(), name="review-policies"),
    path("review-policies/<uuid:policy_id>", ReviewPolicyDetail.as_view(), name="review-policy"),
]
