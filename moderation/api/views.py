"""The reviewers' queue, one case, and what can be done to it: by a person, never by a key."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from avatars.api.request_answers import RequestDetailSerializer, represent_request
from avatars.models import GenerationRequest
from avatars.selectors.requests import requests_with_details
from brandhub.accounts.models import User
from brandhub.api.idempotency import idempotent
from brandhub.api.pagination import paginated
from brandhub.api.permissions import IsPerson, scopes
from brandhub.api.schema import PAGE_QUERY, page_of
from brandhub.api.views import ApiView
from brandhub.common.links import link_to
from moderation.api.answers import (
    CommentSerializer,
    ReviewDetailSerializer,
    ReviewSerializer,
    represent_case,
    represent_cases,
    represent_comment,
)
from moderation.api.bodies import (
    ApproveBody,
    AssignBody,
    CommentBody,
    EscalateBody,
    RejectBody,
    RequestChangesBody,
    ReviewFilters,
    RewordBody,
    UndoBody,
)
from moderation.selectors.cases import QueueFilters, case_detail, review_queue_for
from moderation.services import (
    approve_case,
    assign_case,
    claim_case,
    comment_on_case,
    escalate_case,
    reject_case,
    release_case,
    request_changes,
    revise_request,
    undo_decision,
)


class ReviewView(ApiView):
    """Base: a session or a personal token; what the person may do is up to their role."""

    permission_classes = [IsPerson, *scopes(GET=(), POST=())]

    @property
    def user(self) -> User:
        return self.caller.answerable

    @property
    def who(self) -> dict[str, Any]:
        """Who acts, for the services."""
        return {"actor": self.caller.actor, "user": self.user}

    def answer(self, case_id: UUID) -> Response:
        """The case as it stands now."""
        return Response(represent_case(case_detail(self.user, case_id), self.user))


class Reviews(ReviewView):
    """The queue."""

    @extend_schema(
        operation_id="reviews_list",
        summary="List cases of the brands where the caller reviews, newest first",
        parameters=[ReviewFilters, *PAGE_QUERY],
        responses=page_of(ReviewSerializer),
    )
    def get(self, request: Request) -> Response:
        asked = self.query(ReviewFilters, paged=True)
        filters = QueueFilters(
            status=asked.get("status", ""),
            kind=asked.get("kind", ""),
            brand=asked.get("brand", ""),
            request_id=asked.get("request"),
            claimed_by_me=asked["mine"],
            without_own=asked["without_own"],
            escalated=asked["escalated"],
            overdue=asked["overdue"],
            assigned_to_me=asked["assigned"],
            in_turn=asked["in_turn"],
        )
        cases = review_queue_for(self.user, filters)
        return paginated(request, cases, lambda page: represent_cases(page, self.user))


class ReviewDetail(ReviewView):
    """One case."""

    @extend_schema(
        operation_id="reviews_get",
        summary="Get a case with candidates, findings, decisions and comments",
        responses=ReviewDetailSerializer,
    )
    def get(self, request: Request, case_id: UUID) -> Response:
        self.query()
        return self.answer(case_id)


class ReviewClaim(ReviewView):
    """Reserving a case."""

    @extend_schema(
        operation_id="reviews_claim",
        summary="Reserve a case for as long as its stage says, or go on reserving it",
        request=None,
        responses=ReviewDetailSerializer,
    )
    @idempotent()
    def post(self, request: Request, case_id: UUID) -> Response:
        self.query()
        claim_case(**self.who, case_id=case_id)
        return self.answer(case_id)


class ReviewRelease(ReviewView):
    """Giving a case back."""

    @extend_schema(
        operation_id="reviews_release",
        summary="Give a reserved case back to everybody",
        request=None,
        responses=ReviewDetailSerializer,
    )
    @idempotent()
    def post(self, request: Request, case_id: UUID) -> Response:
        self.query()
        release_case(**self.who, case_id=case_id)
        return self.answer(case_id)


class ReviewApprove(ReviewView):
    """Saying yes."""

    @extend_schema(
        operation_id="reviews_approve",
        summary="Approve a picture, or let a requirement be rendered",
        description="An approval holds for the pixels that were shown: `pixel_sha256` must be the "
        "candidate's, or the answer is 409 `pixels_changed`. The last approval that the stages "
        "ask for publishes the picture; until then the case waits for other people, who have to "
        "approve the same picture (409 `other_picture_approved`).",
        request=ApproveBody,
        responses=ReviewDetailSerializer,
    )
    @idempotent()
    def post(self, request: Request, case_id: UUID) -> Response:
        self.query()
        approve_case(**self.who, case_id=case_id, **self.body(ApproveBody))
        return self.answer(case_id)


class ReviewReject(ReviewView):
    """Saying no."""

    @extend_schema(
        operation_id="reviews_reject",
        summary="Reject a case; its request is declined",
        request=RejectBody,
        responses=ReviewDetailSerializer,
    )
    @idempotent()
    def post(self, request: Request, case_id: UUID) -> Response:
        self.query()
        reject_case(**self.who, case_id=case_id, **self.body(RejectBody))
        return self.answer(case_id)


class ReviewRequestChanges(ReviewView):
    """Asking for another try."""

    @extend_schema(
        operation_id="reviews_request_changes",
        summary="Ask for changes; the request ends and can be continued by another",
        request=RequestChangesBody,
        responses=ReviewDetailSerializer,
    )
    @idempotent()
    def post(self, request: Request, case_id: UUID) -> Response:
        self.query()
        request_changes(**self.who, case_id=case_id, **self.body(RequestChangesBody))
        return self.answer(case_id)


class ReviewReword(ReviewView):
    """Asking for another try in one's own words."""

    @extend_schema(
        operation_id="reviews_reword",
        summary="Ask for changes and have them drawn at once, in the reviewer's words and tags",
        description="One decision and one new request, or neither. The new request continues the "
        "case's, for the same bot, asker and style; neither the asker nor the caller may decide "
        "about it, and where nobody else could the answer is 409 `no_other_reviewer`. The words "
        "are screened like those of a new request.",
        request=RewordBody,
        responses={201: RequestDetailSerializer},
    )
    @idempotent()
    def post(self, request: Request, case_id: UUID) -> Response:
        self.query()
        created = revise_request(**self.who, case_id=case_id, **self.body(RewordBody))
        detail = requests_with_details(GenerationRequest.objects.filter(pk=created.pk)).get()
        return Response(
            represent_request(detail, self.caller),
            status=201,
            headers={"Location": link_to("request", created.pk)},
        )


class ReviewComment(ReviewView):
    """Saying something without deciding."""

    @extend_schema(
        operation_id="reviews_comment",
        summary="Comment on a case",
        request=CommentBody,
        responses={201: CommentSerializer},
    )
    @idempotent()
    def post(self, request: Request, case_id: UUID) -> Response:
        self.query()
        comment = comment_on_case(**self.who, case_id=case_id, **self.body(CommentBody))
        return Response(represent_comment(comment), status=201)


class ReviewEscalate(ReviewView):
    """Putting it before the managers."""

    @extend_schema(
        operation_id="reviews_escalate",
        summary="Escalate a case: the next decision is a manager's",
        request=EscalateBody,
        responses=ReviewDetailSerializer,
    )
    @idempotent()
    def post(self, request: Request, case_id: UUID) -> Response:
        self.query()
        escalate_case(**self.who, case_id=case_id, **self.body(EscalateBody))
        return self.answer(case_id)


class ReviewUndo(ReviewView):
    """Taking one's approval back."""

    @extend_schema(
        operation_id="reviews_undo",
        summary="Take back one's own approval, while nothing rests on it",
        request=UndoBody,
        responses=ReviewDetailSerializer,
    )
    @idempotent()
    def post(self, request: Request, case_id: UUID) -> Response:
        self.query()
        undo_decision(**self.who, case_id=case_id, **self.body(UndoBody))
        return self.answer(case_id)


class ReviewAssign(ReviewView):
    """Saying whose case it is."""

    @extend_schema(
        operation_id="reviews_assign",
        summary="Assign a case to one person, or to everybody again; as a manager",
        request=AssignBody,
        responses=ReviewDetailSerializer,
    )
    @idempotent()
    def post(self, request: Request, case_id: UUID) -> Response:
        self.query()
        assign_case(**self.who, case_id=case_id, **self.body(AssignBody))
        return self.answer(case_id)
