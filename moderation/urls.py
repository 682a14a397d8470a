"""The addresses of this app's pages."""

from django.urls import path

from moderation import views
from moderation.policies.urls import urlpatterns as policy_pages

urlpatterns = [
    path("reviews/", views.review_queue, name="review-queue"),
    path("reviews/next/", views.review_next, name="review-next"),
    path("reviews/<uuid:pk>/", views.review_case, name="review-case"),
    path("reviews/<uuid:pk>/claim/", views.review_claim, name="review-claim"),
    path("reviews/<uuid:pk>/release/", views.review_release, name="review-release"),
    path("reviews/<uuid:pk>/approve/", views.review_approve, name="review-approve"),
    path("reviews/<uuid:pk>/reject/", views.review_reject, name="review-reject"),
    path("reviews/<uuid:pk>/changes/", views.review_changes, name="review-changes"),
    path("reviews/<uuid:pk>/comment/", views.review_comment, name="review-comment"),
    path("reviews/<uuid:pk>/undo/", views.review_undo, name="review-undo"),
    path("reviews/<uuid:pk>/escalate/", views.review_escalate, name="review-escalate"),
    path("reviews/<uuid:pk>/assign/", views.review_assign, name="review-assign"),
    *policy_pages,
]
