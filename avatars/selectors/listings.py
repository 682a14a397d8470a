"""What the pages list: bots with what they wear, requests with their pictures."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from avatars.models import AvatarVersion, Bot, Candidate, GenerationRequest
from avatars.states import OPEN_REQUESTS, SETTLED_REQUESTS, CandidateStatus, Verdict, VersionStatus
from brandhub.accounts.models import User
from styles.models import Style

#: Statuses in which the checks have looked at a candidate's picture.
CHECKED = (
    CandidateStatus.SCREENED,
    CandidateStatus.APPROVED,
    CandidateStatus.NOT_SELECTED,
    CandidateStatus.REJECTED,
)

REQUEST_GROUPS = {"open": OPEN_REQUESTS, "settled": SETTLED_REQUESTS}


def wearing() -> Prefetch:
    """A bot's current version as ``bot.worn``: a list of one, or empty."""
    return Prefetch(
        "versions",
        queryset=AvatarVersion.objects.filter(status=VersionStatus.CURRENT),
        to_attr="worn",
    )


def wardrobe_of(user: User, *, named: str = "") -> QuerySet[Bot]:
    """The bots of ``user``'s brands with brand, palette and current version, newest first.

    ``named`` leaves those whose name or external id has it in it.
    """
    bots = Bot.objects.visible_to(user)
    if named:
        bots = bots.filter(Q(name__icontains=named) | Q(external_id__icontains=named))
    return (
        bots.select_related("brand").prefetch_related("brand__palette", wearing()).order_by("-id")
    )


def request_log_of(
    user: User, *, group: str = "", bot: Bot | None = None, style: Style | None = None
) -> QuerySet[GenerationRequest]:
    """Requests of ``user``'s brands but previews, newest first, as a list shows them.

    ``group`` is ``open``, ``settled``, ``mine`` or empty; checked pictures that no check blocked
    are in ``request.shown``.
    """
    requests = GenerationRequest.objects.visible_to(user).filter(is_preview=False)
    if group == "mine":
        requests = requests.filter(requested_by=user)
    elif group in REQUEST_GROUPS:
        requests = requests.filter(status__in=REQUEST_GROUPS[group])
    if bot is not None:
        requests = requests.filter(bot=bot)
    if style is not None:
        requests = requests.filter(style_revision__style=style)
    return with_shown_pictures(requests.order_by("-id"))


def with_shown_pictures(requests: QuerySet[GenerationRequest]) -> QuerySet[GenerationRequest]:
    """``requests`` with what a list shows of each, in a fixed number of queries."""
    shown = Candidate.objects.filter(presentable()).order_by("index")
    return requests.select_related(
        "bot", "brand", "requested_by", "client", "style_revision__style"
    ).prefetch_related(
        Prefetch("candidates", queryset=shown, to_attr="shown"),
        Prefetch(
            "bot__versions",
            queryset=AvatarVersion.objects.filter(status=VersionStatus.CURRENT),
            to_attr="worn",
        ),
    )


def presentable() -> Q:
    """Pictures that any member of the brand may see: checked, blocked by no check, and not taken
    down in the brand since."""
    withdrawn = AvatarVersion.objects.filter(
        brand=OuterRef("brand"),
        pixel_sha256=OuterRef("pixel_sha256"),
        status=VersionStatus.TAKEN_DOWN,
    )
    return Q(status__in=CHECKED) & ~Q(verdict=Verdict.BLOCK) & ~Q(Exists(withdrawn))


def withdrawn_pixels(candidates: Sequence[Candidate]) -> set[str]:
    """The digests among ``candidates`` of one brand whose pixels were taken down there."""
    digests = {each.pixel_sha256 for each in candidates if each.pixel_sha256}
    if not digests:
        return set()
    return set(
        AvatarVersion.objects.filter(
            brand_id=candidates[0].brand_id,
            pixel_sha256__in=digests,
            status=VersionStatus.TAKEN_DOWN,
        ).values_list("pixel_sha256", flat=True)
    )
