"""What stands along the axes of the statistics' charts."""

from datetime import date

import pytest

from moderation.statistics.figures import Day
from moderation.templatetags.charts import span_of, time_chart

_DAY = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (1, "1 second"),
        (600, "10 minutes"),
        (7200, "2 hours"),
        (9000, "2.5 hours"),
        (172800, "2 days"),
        (302400, "3.5 days"),
    ],
)
def test_a_span_is_told_as_people_say_it(seconds: float | None, words: str) -> None:
    assert span_of(seconds) == words


def test_the_axis_ends_at_a_round_time_above_the_longest() -> None:
    days = [Day(_DAY, 3, 600.0, 4000.0), Day(date(2026, 11, 3), 2, 900.0, 9000.0)]
    plot = time_chart(days)["plot"]
    assert plot.upwards == ("4 hours", "2 hours", "0")
    assert plot.across == ("1 Nov", "2 Nov", "3 Nov")
    assert [line.name for line in plot.lines] == ["slow", "median"]
    assert plot.lines[0].points == "0.0,72.22 100.0,37.5"


def test_weeks_are_halved_to_whole_days() -> None:
    assert time_chart([Day(_DAY, 1, 60.0, 9 * 86400.0)])["plot"].upwards[:2] == (
        "10 days",
        "5 days",
    )


def test_a_single_day_stands_in_the_middle() -> None:
    plot = time_chart([Day(_DAY, 1, 60.0, 60.0)])["plot"]
    assert plot.lines[0].points == "50.0,0.0"
    assert plot.across == ("1 Nov",)
