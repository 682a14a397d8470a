"""How much is done to read a text that was made to make reading slow."""

from __future__ import annotations

import contextlib

import pytest

from brandhub.common.errors import InvalidInput
from styles.requirements import MAX_TEXT, parse_requirement
from tests.effort import calls_made_by

#: At half the length the calls that each text takes by itself, a refusal or a second reading, are
#: told from those for each word.
_TIMES = 2.5


def _calls(text: str) -> int:
    def read() -> None:
        with contextlib.suppress(InvalidInput):
            parse_requirement(text)

    read()  # What is read once and kept is none of the text's doing.
    return calls_made_by(read)


@pytest.mark.parametrize(
    "piece",
    [
        "red x ",
        "no hat, ",
        "不戴",
        "blue and ",
        "蓝色的",
        "a" * 7 + " ",
        "的",
        "no ",
        "hat or ",
        "optional ",
        "galsse ",
        "sunglxsse ",
        "robot company. ",
        "avoid: hat, ",
        "no wait, a hat, ",
        "forget hat ",
        "像猫",
        "比猫好",
        "猫狗混合",
        "customers. ",
        "between a cat ",
        "| hat ",
        "~~hat~~",
        "withhatand",
        "她戴",
        "hair (",
        "hair:\n",
        "last time a hat, ",
        "last time no hat, ",
        "现有的猫，",
        "competitors a cat. ",
        "called Blue ",
        "regards, Rose. ",
        "for a cat ",
        "holding ",
        "a nurse ",
        "he is, ",
        "she smiles, ",
        "#ff0000 ",
        "from red to green ",
        "cat like robot ",
        "| a | b |\n",
        "our robot company ",
        "以前的帽子，",
        "以前不戴帽子，",
        "我是机器人，",
        "context: a robot, ",
        "hat, no, cap, ",
        "actually a red robot ",
        "a cap rather than a hat, ",
        "no wait, a hat, hat, never mind, glasses, ",
        "appeal to old women and ",
        "we make robots, ",
        '"glxsses" ',
        "除了帽子和",
    ],
)
def test_reading_a_text_of_twice_the_length_takes_hardly_more_than_twice_the_calls(piece):
    times = MAX_TEXT // len(piece)
    half, whole = piece * (times // 2), piece * (times // 2 * 2)

    calls = _calls(whole)

    assert calls < _TIMES * _calls(half)
    # Of all pairs of 2,000 characters there would be four million.
    assert calls < 300_000


@pytest.mark.parametrize(
    ("opening", "piece"),
    [
        ("a robot with ", "女"),
        ("a robot with ", "cat "),
        ("a robot ", "like a "),
        ("no ", "hat "),
        ("our customers ", "are women "),
        ("机器人，除了", "帽子和"),
    ],
)
def test_so_it_does_behind_an_opening_that_what_follows_is_read_by(opening, piece):
    times = (MAX_TEXT - len(opening)) // len(piece)
    half, whole = opening + piece * (times // 2), opening + piece * (times // 2 * 2)

    assert _calls(whole) < _TIMES * _calls(half)
