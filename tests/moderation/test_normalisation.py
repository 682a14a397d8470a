"""Text as it is read, and the way back from a match to what was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.normalisation import normalise


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Ｎｕｄｅ", "nude"),
        ("n\u200bu\u00add\u2060e", "nude"),
        ("n\u202eu\ufeffde", "nude"),
        ("n\u034fu\ufe0fde", "nude"),
        ("nu\x00d\x07e", "nude"),
        ("nüdé", "nude"),
        ("n\u0336u\u0336d\u0336e\u0336", "nude"),
        ("𝓷𝓾𝓭𝓮 𝐍𝐔𝐃𝐄", "nude nude"),
        ("ⓝⓤⓓⓔ 🅝🅤🅓🅔 🄽🅄🄳🄴", "nude nude nude"),
        ("ｓеｘ", "sex"),
        ("ЅЕХ", "sex"),
        ("роrn", "porn"),
        ("ᴘᴏʀɴ", "porn"),
        ("Straße", "strasse"),
        ("裸體機器人", "裸体机器人"),
        ("⼥⼈", "女人"),
        ("ﬁne\u00a0day\u3000!", "fine day !"),
        ("a\r\nb\u2028c", "a\n\nb\nc"),
        ("한국어", "한국어"),
    ],
)
def test_disguises_of_encoding_are_undone(written, read):
    assert normalise(written).text == read


def test_a_span_covers_accents_and_skips_what_was_invisible():
    # given
    written = "a n\u0301\u200bu\u200bd\u0308e b"
    mapped = normalise(written)
    # when
    start, end = mapped.span(mapped.text.index("nude"), mapped.text.index("nude") + 4)
    # then
    assert written[start:end] == "n\u0301\u200bu\u200bd\u0308e"


def test_one_character_that_becomes_several_maps_back_as_a_whole():
    mapped = normalise("x ﷺ y")
    first, last = mapped.text.index("ص"), len(mapped.text) - 3
    assert mapped.span(first, first + 1) == (2, 3)
    assert mapped.span(last, last + 1) == (2, 3)


@given(st.text(max_size=60))
def test_every_normalised_character_knows_where_it_was_written(written):
    mapped = normalise(written)
    assert len(mapped.text) == len(mapped.starts) == len(mapped.ends)
    assert list(mapped.starts) == sorted(mapped.starts)
    assert all(
        0 <= start < end <= len(written)
        for start, end in zip(mapped.starts, mapped.ends, strict=True)
    )
