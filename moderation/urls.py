"""The addresses of this app's pages."""

from django.urls import path

from moderation.policies.urls import urlpatterns as policy_pages
from moderation.views import case, deciding, queue, statistics, together

urlpatterns = [
    path("reviews/", queue.review_queue, name="review-queue"),
    path("reviews/next/", queue.review_next, name="review-next"),
    path("reviews/together/", together.review_together, name="review-together"),
    path("reviews/statistics/", statistics.statistics, name="statistics"),
    path("reviews/statistics.csv", statistics.statistics_export, name="statistics-export"),
    path("reviews/<uuid:pk>/", case.review_case, name="review-case"),
    path("reviews/<uuid:pk>/live/", case.review_live, name="review-live"),
    path("reviews/<uuid:pk>/plan/", case.review_plan, name="review-plan"),
    path("reviews/<uuid:pk>/claim/", deciding.review_claim, name="review-claim"),
    path("reviews/<uuid:pk>/release/", deciding.review_release, name="review-release"),
    path("reviews/<uuid:pk>/approve/", deciding.review_approve, name="review-approve"),
    path("reviews/<uuid:pk>/reject/", deciding.review_reject, name="review-reject"),
    path("reviews/<uuid:pk>/changes/", deciding.review_changes, name="review-changes"),
    path("reviews/<uuid:pk>/comment/", deciding.review_comment, name="review-comment"),
    path("reviews/<uuid:pk>/undo/", deciding.review_undo, name="review-undo"),
    path("reviews/<uuid:pk>/escalate/", deciding.review_escalate, name="review-escalate"),
    path("reviews/<uuid:pk>/assign/", deciding.review_assign, name="review-assign"),
    *policy_pages,
]
