"""Addresses of reviews, below ``/api/v1/``."""

from django.urls import path

from moderation.api import views

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
    path("reviews/<uuid:case_id>/comment", views.ReviewComment.as_view(), name="review-comment"),
]
