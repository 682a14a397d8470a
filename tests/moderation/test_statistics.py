"""Figures of a brand's decisions to the number, their page, and the file with all of them."""

import asyncio
import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from brandhub.accounts.models import Brand, User
from brandhub.common.ids import uuid7_floor
from moderation.models import Decision, ReviewCase
from moderation.statistics import export, figures
from moderation.statistics.export import COLUMNS, exported
from moderation.statistics.figures import Rate, Span
from tests.factories import DecisionFactory, FindingFactory, ReviewCaseFactory, StyleFactory
from tests.plans import indexes_of, plan_of

pytestmark = pytest.mark.django_db

Decide = Callable[..., Decision]


@pytest.fixture
def decide(brand: Brand, in_review: Callable[..., ReviewCase], reviewer: User) -> Decide:
    """``decide("reject", minutes=5, days_ago=1)``: a case that was decided so."""

    def make(
        action: str = "approve",
        *,
        minutes: float = 10,
        days_ago: float = 0,
        reasons: tuple[str, ...] = (),
        style: Any = None,
        adapters: tuple[str, ...] = (),
        **values: Any,
    ) -> Decision:
        decided = timezone.now() - timedelta(days=days_ago)
        case = in_review(
            adapters=[{"adapter": name} for name in adapters],
            case={
                "status": {"approve": "approved", "reject": "rejected"}.get(
                    action, "changes_requested"
                ),
                "created_at": decided - timedelta(minutes=minutes),
                "style": style,
            },
        )
        candidate = case.request.candidates.get(index=0) if action == "approve" else None
        key = uuid7_floor(decided).int + Decision.objects.count()
        return DecisionFactory(
            id=type(case.pk)(int=key),
            case=case,
            action=action,
            candidate=candidate,
            reviewer=reviewer,
            reason_codes=list(reasons),
            created_at=decided,
            **values,
        )

    return make


@pytest.fixture
def month(brand: Brand) -> Span:
    return Span.of_days(brand, 30)


def test_totals_count_what_was_decided_in_the_span(decide: Decide, brand: Brand) -> None:
    # Given decisions that took 10, 20, 30 and 40 minutes, one of long ago, and another brand's,
    decide(minutes=10)
    decide(minutes=20, override=True)
    decide("reject", minutes=30, reasons=("off_brand",))
    decide("request_changes", minutes=40)
    decide(days_ago=31)
    DecisionFactory()
    found = figures.totals(Span.of_days(brand, 30))
    assert (found.decisions, found.approved, found.rejected, found.sent_back) == (4, 2, 1, 1)
    assert (found.overridden, found.approval_rate, found.is_cut) == (1, 0.5, False)
    assert found.median_seconds == pytest.approx(25 * 60)
    assert found.slow_seconds == pytest.approx(37 * 60)
    assert figures.totals(Span.of_days(brand, 365)).decisions == 5


def test_an_empty_span_has_no_rate(month: Span) -> None:
    found = figures.totals(month)
    assert (found.decisions, found.approval_rate, found.median_seconds) == (0, None, None)
    for figure in (figures.by_day, figures.by_style, figures.by_adapter, figures.by_check):
        assert figure(month) == []
    assert (figures.by_reason(month), figures.agreements(month)) == ([], [])


def test_days_have_their_own_times(decide: Decide, month: Span) -> None:
    decide(minutes=10, days_ago=2)
    decide(minutes=30, days_ago=2)
    decide(minutes=50)
    first, second = figures.by_day(month)
    assert (first.decisions, first.median_seconds) == (2, pytest.approx(20 * 60))
    assert (second.decisions, second.median_seconds) == (1, pytest.approx(50 * 60))
    assert second.day - first.day == timedelta(days=2)


def test_rates_by_style_adapter_and_reason(decide: Decide, brand: Brand, month: Span) -> None:
    robots, critters = (StyleFactory(brand=brand, name=name) for name in ("Robots", "Critters"))
    decide(style=robots, adapters=("mascot@1",))
    decide("reject", style=robots, adapters=("mascot@1", "line@2"), reasons=("off_brand", "other"))
    decide("reject", style=robots, reasons=("off_brand",))
    decide(style=critters)
    assert figures.by_style(month) == [Rate("Robots", 3, 1), Rate("Critters", 1, 1)]
    assert figures.by_adapter(month) == [
        Rate("", 2, 1),
        Rate("mascot@1", 2, 1),
        Rate("line@2", 1, 0),
    ]
    assert figures.by_reason(month) == [("off_brand", 2), ("other", 1)]


def test_rates_by_check_count_a_case_once(decide: Decide, month: Span) -> None:
    # Given a check that speaks up about both pictures of one case and passes another's,
    rejected, approved = decide("reject"), decide()
    for candidate in rejected.case.request.candidates.all():
        FindingFactory(candidate=candidate, check_name="nudity", verdict="flag")
    FindingFactory(candidate=approved.candidate, check_name="nudity", verdict="pass")
    FindingFactory(candidate=approved.candidate, check_name="legibility", verdict="unknown")
    assert figures.by_check(month) == [Rate("legibility", 1, 1), Rate("nudity", 1, 0)]


def test_agreement_hears_only_what_people_said_of_the_checks_subject(
    decide: Decide, month: Span
) -> None:
    def says(decision: Decision, index: int, verdict: str, score: float) -> None:
        FindingFactory(
            candidate=decision.case.request.candidates.get(index=index),
            check_name="palette_distance",
            verdict=verdict,
            score=score,
            threshold=0.25,
        )

    # Given an approved picture that passed, and one beside it that was merely not chosen,
    good = decide()
    says(good, 0, "pass", 0.6)
    says(good, 1, "flag", 0.1)
    # a case rejected for its colours, one for its quality, one without a reason,
    off = decide("reject", reasons=("off_brand",))
    says(off, 0, "flag", 0.1)
    says(off, 1, "pass", 0.3)
    for reasons in (("low_quality",), ()):
        other = decide("request_changes", reasons=reasons)
        says(other, 0, "flag", 0.2)
    # and a check that could not run,
    FindingFactory(candidate=good.candidate, check_name="nudity", verdict="unknown", score=None)
    (found,) = figures.agreements(month)
    # then only the first and the colours count.
    assert (found.check, found.threshold, found.high_is_good) == ("palette_distance", 0.25, True)
    table = found.agreement
    assert (table.both, table.check_alone, table.people_alone, table.neither) == (1, 0, 1, 1)
    assert found.suggestion is None


def test_the_sample_is_the_latest_and_is_said_to_be_cut(
    decide: Decide, month: Span, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide("reject", days_ago=3)
    decide(days_ago=2)
    decide(days_ago=1)
    monkeypatch.setattr(figures, "SAMPLE", 2)
    rows = figures._rows("SELECT approved FROM decided", month, sample=2)
    assert rows == [(True,), (True,)]


def test_the_latest_of_a_brand_are_read_from_their_index(
    decide: Decide, month: Span, reviewer: User
) -> None:
    # given: few decisions of the brand among so many that to read all is never the cheapest way
    decide()
    elsewhere = ReviewCaseFactory()
    Decision.objects.bulk_create(
        DecisionFactory.build(
            brand=elsewhere.brand,
            case=elsewhere,
            action="reject",
            candidate=None,
            reviewer=reviewer,
        )
        for _ in range(500)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE moderation_decision, moderation_reviewcase")
    # when
    with CaptureQueriesContext(connection) as captured:
        figures._rows("SELECT count(*) FROM decided", month, sample=5)
    # then
    plan = plan_of(captured[0]["sql"])
    assert "decision_of_brand" in indexes_of(plan)
    assert "Sort" not in {node["Node Type"] for node in plan}


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_asks_as_often_for_many_decisions_as_for_one(
    count: int, decide: Decide, reviewer: User, client: Client
) -> None:
    client.force_login(reviewer)
    for number in range(count):
        decision = decide(
            days_ago=number, style=StyleFactory(brand=reviewer.memberships.get().brand)
        )
        FindingFactory(candidate=decision.candidate, check_name="nudity")
    client.get(reverse("pages:statistics"))
    with CaptureQueriesContext(connection) as captured:
        page = client.get(reverse("pages:statistics"), {"days": 90})
    assert page.status_code == 200
    # Session, person, roles, the brands offered, seven figures, and the menu's one.
    assert len(captured) == 12


@pytest.mark.parametrize("query", [{"brand": "rival"}, {"days": 31}, {"days": "x"}])
def test_another_brand_or_time_is_not_found(
    query: dict[str, Any], decide: Decide, stranger: User, reviewer: User, client: Client
) -> None:
    decide()
    client.force_login(reviewer)
    for route in ("statistics", "statistics-export"):
        assert client.get(reverse(f"pages:{route}"), query).status_code == 404


def test_numbers_stand_beside_every_chart(decide: Decide, reviewer: User, client: Client) -> None:
    decide(minutes=90)
    decide("reject", minutes=90, reasons=("off_brand",), days_ago=1)
    client.force_login(reviewer)
    page = client.get(reverse("pages:statistics")).content.decode()
    assert "50\N{NO-BREAK SPACE}%" in page
    assert "1.5 hours" in page
    assert '<th scope="row">Does not fit the brand</th>' in page
    # Every drawing is silent, for its table speaks.
    assert page.count("<svg") == page.count('aria-hidden="true" focusable="false"')


async def _read(span: Span) -> list[bytes]:
    return [piece async for piece in exported(span)]


@pytest.mark.django_db(transaction=True)
def test_the_file_is_written_page_by_page(
    decide: Decide, month: Span, monkeypatch: pytest.MonkeyPatch, brand: Brand
) -> None:
    # Given five decisions, one of them with a formula for a comment, another brand's, and pages
    # of two,
    monkeypatch.setattr(export, "_PAGE", 2)
    decide("reject", reasons=("off_brand", "other"), comment='=HYPERLINK("http://x")')
    for number in range(4):
        decide(adapters=("mascot@1", "line@2") if number == 3 else ())
    ReviewCaseFactory()
    DecisionFactory()
    pieces = asyncio.run(_read(month))
    # then the head and three pages come one by one,
    assert len(pieces) == 4
    rows = list(csv.DictReader(io.StringIO(b"".join(pieces).decode("utf-8-sig"))))
    assert list(rows[0]) == list(COLUMNS)
    # hold every decision of the brand once, the oldest first,
    assert [row["action"] for row in rows] == ["reject"] + ["approve"] * 4
    assert (rows[0]["reasons"], rows[0]["seconds"]) == ("off_brand other", "600")
    assert rows[4]["adapters"] == "mascot@1 line@2"
    # and what looks like a formula is text.
    assert rows[0]["comment"] == '\'=HYPERLINK("http://x")'
