"""Checks against people: counts, agreement beyond chance, and the threshold that tells best."""

import pytest

from moderation.statistics.agreement import (
    LEAST_OF_A_KIND,
    Agreement,
    Judged,
    agreement_of,
    suggested_threshold,
)


def judged(objected: bool, *scores: float, flagged: bool = False) -> list[Judged]:
    return [Judged(flagged, objected, score) for score in scores]


def test_pictures_are_counted_by_what_the_two_said() -> None:
    seen = [
        *[Judged(True, True, None)] * 4,
        *[Judged(True, False, None)] * 3,
        *[Judged(False, True, None)] * 2,
        Judged(False, False, None),
    ]
    assert agreement_of(seen) == Agreement(both=4, check_alone=3, people_alone=2, neither=1)


def test_cohens_kappa_of_a_textbook_table() -> None:
    # 20 of 50 both yes, 15 both no, 5 and 10 apart: observed 0.70, by chance 0.50.
    found = Agreement(both=20, check_alone=5, people_alone=10, neither=15)
    assert (found.share, found.kappa) == (0.7, pytest.approx(0.4))


@pytest.mark.parametrize(
    "table", [Agreement(0, 0, 0, 0), Agreement(5, 0, 0, 0), Agreement(0, 0, 0, 5)]
)
def test_where_chance_alone_is_sure_there_is_no_kappa(table: Agreement) -> None:
    assert table.kappa is None


@pytest.mark.parametrize("high_is_good", [False, True])
def test_what_lies_apart_is_told_apart(high_is_good: bool) -> None:
    # Given scores of objected pictures from 0.6 on and of approved ones up to 0.4,
    sign = -1 if high_is_good else 1
    seen = [
        *judged(True, *(sign * (0.6 + 0.01 * n) for n in range(LEAST_OF_A_KIND))),
        *judged(False, *(sign * (0.4 - 0.01 * n) for n in range(LEAST_OF_A_KIND))),
    ]
    found = suggested_threshold(seen, high_is_good=high_is_good)
    assert found is not None
    assert found.threshold == pytest.approx(sign * 0.5)
    assert (found.caught, found.let_through) == (1.0, 1.0)


def test_where_they_overlap_the_shares_are_told() -> None:
    # Given that two of 20 objected pictures score as low as the approved ones do,
    seen = [
        *judged(True, *[0.9] * 18, *[0.1] * 2),
        *judged(False, *[0.1] * 15, *[0.9] * 5),
    ]
    found = suggested_threshold(seen, high_is_good=False)
    assert found is not None
    assert found.threshold == pytest.approx(0.5)
    assert (found.caught, found.let_through) == (0.9, 0.75)


def test_equal_scores_are_not_cut_apart() -> None:
    seen = [*judged(True, *[0.5] * 30), *judged(False, *[0.5] * 30)]
    assert suggested_threshold(seen, high_is_good=False) is None


def test_a_score_that_says_the_contrary_suggests_nothing() -> None:
    seen = [*judged(True, *[0.1] * 30), *judged(False, *[0.9] * 30)]
    assert suggested_threshold(seen, high_is_good=False) is None


@pytest.mark.parametrize(("objected", "approved"), [(19, 40), (40, 19), (0, 0)])
def test_few_pictures_suggest_nothing(objected: int, approved: int) -> None:
    seen = [*judged(True, *[0.9] * objected), *judged(False, *[0.1] * approved)]
    assert suggested_threshold(seen, high_is_good=False) is None


def test_pictures_without_a_score_are_left_out() -> None:
    seen = [
        *judged(True, *[0.9] * 20),
        *judged(False, *[0.1] * 20),
        *[Judged(True, False, None)] * 50,
    ]
    found = suggested_threshold(seen, high_is_good=False)
    assert found is not None
    assert found.let_through == 1.0
