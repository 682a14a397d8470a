"""Reading requests with what pages and the API show of them."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from avatars.models import Candidate, GenerationRequest
from brandhub.accounts.models import ApiClient, User


def requests_with_details(requests: QuerySet[GenerationRequest]) -> QuerySet[GenerationRequest]:
    """``requests``, newest first, with bot, style and candidates read in two queries in all."""
    return (
        requests.select_related("bot", "brand", "base_model", "style_revision__style__brand")
        .prefetch_related(Prefetch("candidates", Candidate.objects.order_by("index")))
        .order_by("-id")
    )


def requests_of_client(client: ApiClient) -> QuerySet[GenerationRequest]:
    """What ``client`` asked for, in brands it still has."""
    return GenerationRequest.objects.filter(client=client, brand__in=client.brands.all())


def requests_visible_to(user: User) -> QuerySet[GenerationRequest]:
    """Every request of the brands of which ``user`` is a member."""
    return GenerationRequest.objects.visible_to(user)


def candidate_visible_to(user: User, candidate_id: UUID) -> Candidate | None:
    """A candidate of the brands of which ``user`` is a member."""
    return (
        Candidate.objects.visible_to(user)
        .select_related("request", "brand")
        .filter(pk=candidate_id)
        .first()
    )
