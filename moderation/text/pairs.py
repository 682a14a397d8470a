"""Two cues near each other: what neither word says alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from moderation.lexicons.cues import Pairing
from moderation.text.matching import Lexicon, Match, Term
from moderation.text.words import Text

#: No pair reaches across the end of a sentence.
_SENTENCE_END = re.compile(r"[.;!?。；！？\n]")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cues of ``category`` at ``start:end`` of the normalised text."""

    category: str
    start: int
    end: int
    first: str
    second: str
    #: Where the cue ends that stands first in the text.
    first_end: int


@dataclass
class PairFinder:
    """Finds pairings of cues. A cue may belong to several groups; ``harmless`` phrases hide it."""

    groups: Mapping[str, Iterable[str]]
    pairings: Iterable[Pairing]
    harmless: Iterable[str] = ()
    #: Cues that are meant only where they are words of their own: 割, and not in 收割.
    whole: frozenset[str] = frozenset()
    _groups_of: dict[str, set[str]] = field(init=False, default_factory=dict)
    _lexicon: Lexicon = field(init=False)

    def __post_init__(self) -> None:
        for group, cues in self.groups.items():
            for cue in cues:
                self._groups_of.setdefault(cue, set()).add(group)
        self._lexicon = Lexicon(
            [Term(cue, blocks=False) for cue in self._groups_of],
            harmless=self.harmless,
            joins=False,
        )

    def find(self, text: Text) -> list[Pair]:
        """The first pair of each category, in the order of the pairings."""
        found = self._lexicon.find_all(text)
        by_group: dict[str, list[Match]] = {}
        for match in found:
            if match.term.text in self.whole and text.is_within_a_word(match.start, match.end):
                continue
            for group in self._groups_of[match.term.text]:
                by_group.setdefault(group, []).append(match)
        pairs: dict[str, Pair] = {}
        for pairing in self.pairings:
            if pairing.category in pairs or pairing.first not in by_group:
                continue
            for pair in _pairs(pairing, by_group, text.normalised):
                pairs[pairing.category] = pair
                break
        return list(pairs.values())


def _pairs(
    pairing: Pairing, by_group: Mapping[str, list[Match]], normalised: str
) -> Iterator[Pair]:
    for first in by_group[pairing.first]:
        for second in by_group.get(pairing.second, ()):
            early, late = (first, second) if first.start <= second.start else (second, first)
            if early.end > late.start or (pairing.ordered and early is not first):
                continue
            gap = normalised[early.end : late.start]
            if pairing.barrier and re.search(pairing.barrier, gap):
                continue
            if len(gap) <= pairing.reach and not _SENTENCE_END.search(gap):
                yield Pair(
                    pairing.category,
                    early.start,
                    late.end,
                    first.term.text,
                    second.term.text,
                    early.end,
                )
