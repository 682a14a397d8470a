"""The queue as a page: filters, pages by key, and several cases together."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from avatars.models import AvatarVersion
from avatars.states import CandidateStatus, RequestStatus
from brandhub.accounts.models import Role
from brandhub.audit.record import Actor
from moderation.models import Decision, ReviewCase
from moderation.services import claim_case
from tests import factories
from tests.pages.world import World, candidate


def _cases(world: World, count: int) -> list[ReviewCase]:
    """More cases like the world's own, each of a bot of its own."""
    found = []
    for _ in range(count):
        request = factories.GenerationRequestFactory(
            bot=factories.BotFactory(brand=world.brand),
            style_revision=world.revision,
            requested_by=world.manager,
        )
        candidate(request, 0, CandidateStatus.SCREENED)
        candidate(request, 1, CandidateStatus.SCREENED)
        found.append(factories.ReviewCaseFactory(request=request, style=world.style))
    return found


def _listed(page: str) -> list[str]:
    return re.findall(r'class="entry-title"><a href="/reviews/([0-9a-f-]{36})/', page)


def test_the_queue_is_read_on_page_by_page(world: World, client: Client) -> None:
    cases = [world.case, world.prompt_case, *_cases(world, 25)]
    client.force_login(world.reviewer)
    first = client.get(reverse("pages:review-queue")).content.decode()
    assert _listed(first) == [str(case.pk) for case in cases[:25]]
    onwards = re.search(r'href="(\?after=[^"]+)" rel="next"', first)
    assert onwards
    second = client.get(reverse("pages:review-queue") + onwards[1]).content.decode()
    assert _listed(second) == [str(case.pk) for case in cases[25:]]


def test_filters_hold_on_every_page_and_for_the_next_case(world: World, client: Client) -> None:
    (styled,) = _cases(world, 1)
    client.force_login(world.reviewer)
    page = client.get(reverse("pages:review-queue"), {"style": world.style.pk}).content.decode()
    assert _listed(page) == [str(styled.pk)]
    answer = client.post(reverse("pages:review-next"))
    assert answer.url == reverse("pages:review-case", args=[styled.pk])
    # What no longer exists filters nothing.
    page = client.get(reverse("pages:review-queue"), {"style": "gone", "age": "aeon"})
    assert str(world.case.pk) in _listed(page.content.decode())


def test_another_brands_styles_are_not_offered(world: World, client: Client) -> None:
    other = factories.StyleFactory(name="Secret style")
    client.force_login(world.reviewer)
    page = client.get(reverse("pages:review-queue"), {"style": other.pk}).content.decode()
    assert "Secret style" not in page
    assert str(world.case.pk) in _listed(page)


def test_nobody_selects_their_own_request(world: World, client: Client) -> None:
    client.force_login(world.manager)
    page = client.get(reverse("pages:review-queue")).content.decode()
    assert 'name="case"' not in page
    client.force_login(world.reviewer)
    page = client.get(reverse("pages:review-queue")).content.decode()
    assert page.count('name="case"') == 2


def test_several_are_approved_as_they_are_shown(world: World, client: Client) -> None:
    one, two, three = _cases(world, 3)
    client.force_login(world.reviewer)
    page = client.get(
        reverse("pages:review-together"), {"case": [one.pk, two.pk, three.pk]}
    ).content.decode()
    # Given a picture marked in two of the three,
    values = dict(re.findall(r'name="(picture-[0-9a-f-]+)" value="([^"]+)"', page))
    chosen = {name: values[name] for name in (f"picture-{one.pk}", f"picture-{two.pk}")}
    answer = client.post(
        reverse("pages:review-together"),
        {"case": [one.pk, two.pk, three.pk], "action": "approve", **chosen},
        follow=True,
    )
    # then those two are published and the third waits.
    assert "2 cases are decided." in answer.content.decode()
    assert set(
        AvatarVersion.objects.filter(bot__in=[one.request.bot, two.request.bot]).values_list(
            "pixel_sha256", flat=True
        )
    ) == {value.partition(":")[2] for value in chosen.values()}
    three.refresh_from_db()
    assert three.status == "open"


def test_what_names_no_picture_approves_none(world: World, client: Client) -> None:
    (one,) = _cases(world, 1)
    client.force_login(world.reviewer)

    answer = client.post(
        reverse("pages:review-together"),
        {"case": one.pk, "action": "approve", f"picture-{one.pk}": f"{'-' * 36}:{'0' * 64}"},
    )

    assert answer.status_code == 422
    one.refresh_from_db()
    assert one.status == "open"


def test_what_could_not_be_decided_stays_with_its_reason(world: World, client: Client) -> None:
    one, two = _cases(world, 2)
    colleague = factories.member(world.brand, Role.REVIEWER)
    claim_case(actor=Actor.person(colleague), user=colleague, case_id=two.pk)
    client.force_login(world.reviewer)
    answer = client.post(
        reverse("pages:review-together"),
        {
            "case": [one.pk, two.pk],
            "action": "reject",
            "reason_codes": ["off_brand"],
            "comment": "Not our ears",
        },
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "1 case is decided." in page
    assert "A colleague is working on this case." in page
    assert f'value="{two.pk}"' in page
    assert f'value="{one.pk}"' not in page
    # and nothing that was written is lost.
    assert "Not our ears</textarea>" in page
    assert re.search(r'value="off_brand"[^>]*checked', page)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"action": "approve"}, "Mark a picture of each case that you approve."),
        ({"action": "reject"}, "Choose at least one reason."),
        ({"action": "request_changes"}, "Say what should change."),
    ],
)
def test_a_word_that_lacks_something_decides_nothing(
    sent: dict[str, str], said: str, world: World, client: Client
) -> None:
    (case,) = _cases(world, 1)
    client.force_login(world.reviewer)
    answer = client.post(reverse("pages:review-together"), {"case": case.pk, **sent})
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not Decision.objects.filter(case=case).exists()


def test_cases_of_others_are_not_among_them(world: World, client: Client) -> None:
    (case,) = _cases(world, 1)
    client.force_login(world.stranger)
    page = client.get(reverse("pages:review-together"), {"case": [case.pk, "nonsense"]})
    assert "Select cases in the queue first." in page.content.decode()
    client.post(
        reverse("pages:review-together"),
        {"case": case.pk, "action": "reject", "reason_codes": "off_brand"},
    )
    case.refresh_from_db()
    case.request.refresh_from_db()
    assert (case.status, case.request.status) == ("open", RequestStatus.IN_REVIEW)
