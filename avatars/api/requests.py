"""Asking for avatars, and following what becomes of it."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from avatars.api.request_answers import (
    PlanSerializer,
    RequestDetailSerializer,
    RequestSerializer,
    represent_plan,
    represent_request,
    represent_requests,
)
from avatars.api.request_bodies import (
    PRIORITIES,
    GenerateBody,
    Inline,
    RequestBody,
    RequestFilters,
)
from avatars.api.waiting import MAX_WAIT_SECONDS, wait_until_decidable
from avatars.models import Bot, GenerationRequest
from avatars.selectors.reachable import bot_called, request_called, requests_of
from avatars.selectors.requests import as_just_made, requests_with_details
from avatars.services import cancel_request, register_bot, retry_request
from avatars.services.references import ReferenceUse
from avatars.services.submission import plan_request, submit_request
from avatars.states import SETTLED_REQUESTS, RequestStatus
from brandhub.accounts.models import Role, Scope
from brandhub.api.idempotency import idempotent
from brandhub.api.pagination import paginated
from brandhub.api.permissions import scopes
from brandhub.api.schema import PAGE_QUERY, page_of
from brandhub.api.views import ApiView
from brandhub.common.errors import FieldError, InvalidInput, NotFound
from brandhub.common.ids import uuid7
from brandhub.common.links import link_to
from styles.models import StyleRevision
from styles.selectors import reference_images_for, revision_for

PREFER = OpenApiParameter(
    "Prefer",
    {"type": "string", "example": "wait=30"},
    OpenApiParameter.HEADER,
    description=f"`wait=30` answers when the request is in review or over, or the time is; at most "
    f"{MAX_WAIT_SECONDS} seconds.",
)
_WAIT = re.compile(r"(?:^|[,;\s])wait=(\d{1,5})(?:$|[,;\s])")


def answer_after_waiting(view: ApiView, request: Request, response: Response) -> Response:
    """Honour ``Prefer: wait=n``: hold the answer until a person can decide, then say how it is."""
    preferred = _WAIT.search(request.headers.get("Prefer", ""))
    if preferred is None or response.status_code != 202 or not response.data:
        return response
    seconds = min(int(preferred[1]), MAX_WAIT_SECONDS)
    request_id = UUID(str(response.data["id"]))
    status = wait_until_decidable(request_id, seconds=seconds)
    response.data = _detail(view, request_id)
    response.headers["Preference-Applied"] = f"wait={seconds}"
    if status == RequestStatus.IN_REVIEW or status in SETTLED_REQUESTS:
        response.status_code = 200
    return response


class Requests(ApiView):
    """Requests of the caller."""

    permission_classes = scopes(GET=Scope.REQUESTS_READ, POST=Scope.REQUESTS_WRITE)

    @extend_schema(
        operation_id="requests_list",
        summary="List requests, newest first",
        parameters=[RequestFilters, *PAGE_QUERY],
        responses=page_of(RequestSerializer),
    )
    def get(self, request: Request) -> Response:
        filters = self.query(RequestFilters, paged=True)
        rows = requests_of(self.caller)
        if "status" in filters:
            rows = rows.filter(status=filters["status"])
        if "bot" in filters:
            rows = rows.filter(bot__external_id=filters["bot"])
        if "external_id" in filters:
            rows = rows.filter(external_id=filters["external_id"])
        return paginated(request, requests_with_details(rows), represent_requests)

    @extend_schema(
        operation_id="requests_create",
        summary="Ask for an avatar",
        parameters=[Inline, PREFER],
        request=RequestBody,
        responses={
            200: PlanSerializer,
            202: RequestDetailSerializer,
        },
    )
    @idempotent(afterwards=answer_after_waiting)
    def post(self, request: Request) -> Response:
        self.query(Inline)
        body = self.body(RequestBody)
        bot = bot_called(self.caller, body["bot"], pointer="/bot")
        self.caller.require_role(bot.brand, Role.MANAGER)
        revision = revision_for(self.caller.brands(), body["style"])
        asked: dict[str, Any] = {
            name: body[name] for name in ("prompt", "tags", "negative_prompt", "candidates", "seed")
        }
        asked["references"] = self._references(bot, body["reference_images"])
        priority = self._priority(body["priority"])
        continues = self._continued(bot, body["continues"])
        if body["dry_run"]:
            return Response(represent_plan(plan_request(bot=bot, style_revision=revision, **asked)))
        created = submit_request(
            actor=self.caller.actor,
            bot=bot,
            style_revision=revision,
            requested_by=self.caller.answerable,
            client=self.caller.client,
            priority=priority,
            external_id=body["external_id"],
            metadata=body["metadata"],
            continues=continues,
            **asked,
        )
        return _created(self, created)

    def _priority(self, name: str) -> Any:
        client = self.caller.client
        if client is not None and PRIORITIES[name] > client.max_priority:
            detail = _("This key may not ask for so high a priority.")
            raise InvalidInput(
                detail, errors=[FieldError("/priority", "priority_above_maximum", detail)]
            )
        return PRIORITIES[name]

    def _continued(self, bot: Bot, request_id: UUID | None) -> GenerationRequest | None:
        if request_id is None:
            return None
        earlier = request_called(self.caller, request_id)
        if earlier.brand_id != bot.brand_id:
            # Whoever reviews for the one brand may know nothing of the other.
            raise NotFound(_("The bot's brand has no such request."), code="request_not_found")
        return earlier

    def _references(self, bot: Bot, uses: list[dict[str, Any]]) -> list[ReferenceUse]:
        images = reference_images_for(
            self.caller, brand=bot.brand, ids=[each["id"] for each in uses]
        )
        return [ReferenceUse(images[each["id"]], each["role"], each["weight"]) for each in uses]


class RequestDetail(ApiView):
    """One request."""

    permission_classes = scopes(GET=Scope.REQUESTS_READ)

    @extend_schema(
        operation_id="requests_get",
        summary="Get a request with progress, candidates and findings",
        parameters=[Inline],
        responses=RequestDetailSerializer,
    )
    def get(self, request: Request, request_id: UUID) -> Response:
        self.query(Inline)
        request_called(self.caller, request_id)
        return Response(_detail(self, request_id))


class RequestCancel(ApiView):
    """Stopping a request."""

    permission_classes = scopes(POST=Scope.REQUESTS_WRITE)

    @extend_schema(
        operation_id="requests_cancel",
        summary="Cancel a request",
        request=None,
        responses={202: RequestDetailSerializer},
    )
    @idempotent()
    def post(self, request: Request, request_id: UUID) -> Response:
        self.query()
        found = request_called(self.caller, request_id)
        self.caller.require_role(found.brand, Role.MANAGER)
        cancel_request(actor=self.caller.actor, request_id=found.pk)
        return _accepted(self, found.pk)


class RequestRetry(ApiView):
    """Giving a failed request another turn."""

    permission_classes = scopes(POST=Scope.REQUESTS_WRITE)

    @extend_schema(
        operation_id="requests_retry",
        summary="Retry a failed request",
        request=None,
        responses={202: RequestDetailSerializer},
    )
    @idempotent()
    def post(self, request: Request, request_id: UUID) -> Response:
        self.query()
        found = request_called(self.caller, request_id)
        self.caller.require_role(found.brand, Role.MANAGER)
        retry_request(actor=self.caller.actor, request_id=found.pk)
        return _accepted(self, found.pk)


class Generate(ApiView):
    """The short form."""

    permission_classes = scopes(POST=(Scope.REQUESTS_WRITE, Scope.BOTS_WRITE))

    @extend_schema(
        operation_id="generate",
        summary="Ask for an avatar with a prompt and a style only",
        description="Registers a bot of its own for the avatar.",
        parameters=[PREFER],
        request=GenerateBody,
        responses={202: RequestDetailSerializer},
    )
    @idempotent(afterwards=answer_after_waiting)
    def post(self, request: Request) -> Response:
        self.query()
        body = self.body(GenerateBody)
        revision = revision_for(self.caller.brands(), body["style"])
        self.caller.require_role(revision.style.brand, Role.MANAGER)
        with transaction.atomic():
            # Together: a prompt that is refused leaves no bot behind.
            created = submit_request(
                actor=self.caller.actor,
                bot=self._bot_for(revision),
                style_revision=revision,
                requested_by=self.caller.answerable,
                client=self.caller.client,
                prompt=body["prompt"],
            )
        return _created(self, created)

    def _bot_for(self, revision: StyleRevision) -> Bot:
        bot, _created = register_bot(
            actor=self.caller.actor,
            brand=revision.style.brand,
            client=self.caller.client,
            external_id=f"generated-{uuid7()}",
            name=revision.style.name,
            sandbox=self.caller.sandbox,
        )
        return bot


def _created(view: ApiView, request: GenerationRequest) -> Response:
    made = request.just_made
    if made is None:
        return _accepted(view, request.pk)
    detail = represent_request(as_just_made(request, made), view.caller, findings=made.findings)
    return _answer(detail, request.pk)


def _accepted(view: ApiView, request_id: UUID) -> Response:
    return _answer(_detail(view, request_id), request_id)


def _answer(detail: dict[str, Any], request_id: UUID) -> Response:
    return Response(detail, status=202, headers={"Location": link_to("request", request_id)})


def _detail(view: ApiView, request_id: UUID) -> dict[str, Any]:
    """The request as it is now, read afresh."""
    rows = requests_with_details(GenerationRequest.objects.filter(pk=request_id))
    inline = view.request.query_params.get("inline") == "base64"
    return represent_request(rows.get(), view.caller, inline=inline)
