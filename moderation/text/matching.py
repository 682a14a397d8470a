"""Finding the terms of a word list in a text, disguised or not, and only as words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from moderation.text.disguises import pieced_together, respelled
from moderation.text.likenesses import LikenessFinder
from moderation.text.misspellings import (
    CharacterMaskFinder,
    MaskFinder,
    backwards,
    in_parts,
    typos_of,
)
from moderation.text.normalisation import is_han, is_unspaced
from moderation.text.reshaped import ReshapedFinder
from moderation.text.settings import Setting
from moderation.text.words import Text, Word

#: What may stand between the words of one term: at most three signs, and no end of a sentence.
_WITHIN_TERM = re.compile(r"[^\w.;!?。]{1,3}|_{1,3}")
#: Signs that end a clause. Chinese written without spaces must not match across one, except
#: where every character of the term is set apart.
_CLAUSE_END = re.compile(r"[,;:!?。、…()\[\]{}<>《》「」“”\"\n]")
_LONGEST_GAP = 3
#: Signs with which nobody writes sentences.
_NO_PUNCTUATION = re.compile(r"[*·・•.~_|/\\^=+#@&%$★☆●○■□◆◇]{1,3}")
#: A term of several words is also found written as one, if that is long enough to be no accident.
_JOINED_FROM = 6
#: A shorter word that only flags may be another one backwards.
_TURNED_FROM = 6
#: A longer word is no term with another word at its end.
_LONGEST_GLUED = 24


@dataclass(frozen=True, slots=True)
class Term:
    """An entry of a word list.

    ``not_before`` and ``not_after`` are for Chinese, which shows no word boundaries: characters
    that, standing right before or after, make it part of other words (``性交`` in ``个性交互``).
    """

    text: str
    category: str = ""
    blocks: bool = True
    not_before: str = ""
    not_after: str = ""
    #: Innocent as it stands, and not where somebody took the trouble to disguise it.
    only_disguised: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A term found: ``start:end`` in the normalised text."""

    term: Term
    start: int
    end: int
    #: Whether the term stands there otherwise than as it is written.
    disguised: bool = False
    #: Whether it can hardly be anything else; if not, a person must look.
    certain: bool = True

    def covers(self, other: Match) -> bool:
        return self.start <= other.start and other.end <= self.end

    def says_the_same(self, other: Match) -> bool:
        """Whether the other one is of the same category and stands at least partly here."""
        return (
            self.term.category == other.term.category
            and self.start < other.end
            and other.start < self.end
        )


@dataclass
class Lexicon:
    """Terms to find, and phrases in which one of them is harmless (``naked eye``).

    ``stems`` are beginnings that only words of the same sense have (``porn…``); a word that
    starts with one and is no term itself is found, but not certain.
    """

    terms: Iterable[Term]
    harmless: Iterable[str] = ()
    stems: Mapping[str, Term] = field(default_factory=dict)
    #: Whether a term of several words is also found written as one.
    joins: bool = True
    #: Words that terms are glued to (``shitbot``); found that way, a term is not certain.
    glued: Collection[str] = ()
    #: Whether terms are also found misspelled, masked (``f**k``) or, in Chinese, by their parts.
    misspelled: bool = False
    #: For each Chinese character what else it is written as.
    parts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: Signs that stand for a Chinese character, and the terms of two that are found so.
    masks: frozenset[str] = frozenset()
    masked_pairs: frozenset[str] = frozenset()
    #: Chinese terms of two that are found interrupted and doubled, and backwards.
    reshaped_pairs: frozenset[str] = frozenset()
    turned_pairs: frozenset[str] = frozenset()
    #: Chinese terms of two that 了, 过 and 着 may part.
    deeds: frozenset[str] = frozenset()
    #: For each Chinese character what looks like it, and the terms of two that are found so.
    likes: Mapping[str, str] = field(default_factory=dict)
    likened_pairs: frozenset[str] = frozenset()
    #: By the text of a term, where it is part of something innocent unless disguised.
    settings: Mapping[str, Setting] = field(default_factory=dict)
    _by_first_word: dict[str, list[tuple[tuple[str, ...], Term]]] = field(init=False)
    #: By the first two characters, or by the only one.
    _by_beginning: dict[str, list[tuple[str, Term]]] = field(init=False)
    _joined: dict[str, Term] = field(init=False)
    _single: dict[str, Term] = field(init=False)
    _typos: dict[str, Term] = field(init=False)
    _masked: MaskFinder | None = field(init=False, default=None)
    _masked_characters: CharacterMaskFinder | None = field(init=False, default=None)
    _reshaped: ReshapedFinder | None = field(init=False, default=None)
    _likened: LikenessFinder | None = field(init=False, default=None)
    _by_text: dict[str, Term] = field(init=False)
    #: The categories of the terms that block.
    _blocking: frozenset[str] = field(init=False)
    _harmless: Lexicon | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._by_first_word = defaultdict(list)
        self._by_beginning = defaultdict(list)
        self._joined = {}
        self._single = {}
        self._typos = {}
        for term in self.terms:
            self._add(term)
        if self.misspelled:
            self._typos = {
                typo: term
                for word, term in self._single.items()
                if not term.only_disguised
                for typo in (*typos_of(word), self._turned(word, term))
                if typo and typo not in self._single
            }
            self._masked = MaskFinder(self._single)
        self._by_text = {term.text: term for term in self.terms}
        self._blocking = frozenset(term.category for term in self.terms if term.blocks)
        if self.masks:
            self._masked_characters = CharacterMaskFinder(
                self._by_text, self.masks, self.masked_pairs
            )
        if self.reshaped_pairs:
            # What is only violent is made of words that meet anywhere: 滴血的 in 红色的血滴.
            blamed = [t.text for t in self.terms if t.blocks or t.category != "violence"]
            self._reshaped = ReshapedFinder(
                blamed, self.reshaped_pairs, self.turned_pairs, self.deeds
            )
        if self.likes:
            blamed = [t.text for t in self.terms if t.blocks or t.category != "violence"]
            self._likened = LikenessFinder(blamed, self.likes, self.likened_pairs)
        phrases = [Term(phrase) for phrase in self.harmless]
        if phrases:
            # "hero in" is harmless, "heroin" is not.
            self._harmless = Lexicon(phrases, joins=False)

    @staticmethod
    def _turned(word: str, term: Term) -> str:
        """``word`` backwards, where what it says is grave or too long to be another word."""
        return backwards(word) if term.blocks or len(word) >= _TURNED_FROM else ""

    def _add(self, term: Term) -> None:
        text = Text.of(term.text)
        if any(is_unspaced(each) for each in text.normalised):
            running, _ = text.running
            for written in (running, *in_parts(running, self.parts)):
                self._by_beginning[written[:2]].append((written, term))
            return
        words = tuple(word.plain for word in text.words)
        if not words:
            return
        self._by_first_word[words[0]].append((words, term))
        if not self.joins:
            return
        joined = "".join(words)
        if term.only_disguised:
            self._single.setdefault(joined, term)
            return
        self._joined.setdefault(joined, term)
        if len(words) == 1:
            self._single[joined] = term
        if len(words) > 1 and len(joined) >= _JOINED_FROM:
            self._by_first_word[joined].append(((joined,), term))

    def find(self, text: Text, *, of_people: bool = False) -> list[Match]:
        """Every place where a term stands, in order; of overlapping ones the longest.

        ``of_people`` says that somebody is to be seen: nothing then makes a term innocent whose
        category has terms that block. A term that blocks is nowhere made more innocent than
        uncertain.
        """
        found = list(self._in_words(text, text.words))
        if self.glued or self._typos:
            found += self._deformed(text)
        if self._masked is not None:
            found += (
                Match(self._single[word], start, end, True, certain=False)
                for word, start, end in self._masked.find(text.normalised)
            )
        for words in respelled(text):
            found += (replace(each, disguised=True) for each in self._in_words(text, words))
        found += (
            Match(self._joined[each.word], each.start, each.end, True, each.certain)
            for each in pieced_together(text, self._joined)
        )
        if text.has_running_script:
            found += self._in_running_text(text)
            found += self._with_a_character_masked(text)
            found += self._out_of_shape(text)
        return _without_overlaps(self._without_harmless(text, found, of_people))

    def _with_a_character_masked(self, text: Text) -> Iterator[Match]:
        if self._masked_characters is not None:
            for written, start, end in self._masked_characters.find(text.normalised):
                mask = next(
                    at for at in range(start, end) if text.normalised[at] != written[at - start]
                )
                # 口 may be a box, and not in 人口.
                if is_han(text.normalised[mask]) and text.is_within_a_word(mask, mask + 1):
                    continue
                yield Match(self._by_text[written], start, end, disguised=True, certain=False)

    def _out_of_shape(self, text: Text) -> Iterator[Match]:
        for finder in (self._reshaped, self._likened):
            for written, start, end in finder.find(text) if finder is not None else ():
                yield Match(self._by_text[written], start, end, disguised=True, certain=False)

    def find_all(self, text: Text) -> list[Match]:
        """Every place where a term stands as it is written, overlapping ones too."""
        found = list(self._in_words(text, text.words))
        if text.has_running_script:
            found += self._in_running_text(text)
        return self._without_harmless(text, found)

    def _without_harmless(
        self, text: Text, found: list[Match], of_people: bool = False
    ) -> list[Match]:
        if self.settings:
            found = list(self._outside_settings(text, found, of_people))
        if not found or self._harmless is None:
            return found
        spared = self._harmless.find(text)
        return [each for each in found if not any(other.covers(each) for other in spared)]

    def _outside_settings(self, text: Text, found: list[Match], of_people: bool) -> Iterator[Match]:
        for each in found:
            if (of_people and each.term.category in self._blocking) or not self._is_set(text, each):
                yield each
            elif each.term.blocks:
                yield replace(each, certain=False)

    def _is_set(self, text: Text, match: Match) -> bool:
        """Whether ``match`` stands undisguised where its term is part of something innocent."""
        setting = None if match.disguised else self.settings.get(match.term.text)
        return setting is not None and setting.holds(text.normalised, match.start, match.end)

    def _deformed(self, text: Text) -> Iterator[Match]:
        """Words that hold a term glued to another word, or a term misspelled."""
        for word in text.words:
            for form in (word.plain, *word.readings):
                term = self._typos.get(form) or self._unglued(form)
                if term is not None:
                    yield Match(term, word.start, word.end, disguised=True, certain=False)
                    break

    def _unglued(self, form: str) -> Term | None:
        if len(form) > _LONGEST_GLUED:
            return None
        for cut in range(2, len(form) - 1):
            for part, rest in ((form[:cut], form[cut:]), (form[cut:], form[:cut])):
                term = self._single.get(part)
                if term is not None and not term.only_disguised and rest in self.glued:
                    return term
        return None

    def _in_words(self, text: Text, words: Sequence[Word]) -> Iterator[Match]:
        for at, word in enumerate(words):
            for form in (word.plain, *word.readings):
                for sequence, term in self._by_first_word.get(form, ()):
                    end = self._sequence_end(text, words, at, sequence)
                    disguised = form != word.plain
                    if end is not None and (
                        disguised or not term.only_disguised or text.is_restyled(word.start, end)
                    ):
                        yield Match(term, word.start, end, disguised=disguised)
                if self.stems:
                    yield from self._stem_of(word, form)

    def _stem_of(self, word: Word, form: str) -> Iterator[Match]:
        if form.startswith(tuple(self.stems)):
            stem = next(each for each in self.stems if form.startswith(each))
            yield Match(self.stems[stem], word.start, word.end, form != word.plain, certain=False)

    @staticmethod
    def _sequence_end(
        text: Text, words: Sequence[Word], at: int, sequence: tuple[str, ...]
    ) -> int | None:
        """Where ``sequence`` ends if it starts at word ``at``; None if it does not."""
        if at + len(sequence) > len(words):
            return None
        for offset in range(1, len(sequence)):
            previous, word = words[at + offset - 1], words[at + offset]
            if sequence[offset] != word.plain and sequence[offset] not in word.readings:
                return None
            if not _WITHIN_TERM.fullmatch(text.normalised, previous.end, word.start):
                return None
        return words[at + len(sequence) - 1].end

    def _in_running_text(self, text: Text) -> Iterator[Match]:
        running, places = text.running
        for at, character in enumerate(running):
            pair = self._by_beginning.get(running[at : at + 2], ())
            single = self._by_beginning.get(character, ()) if at + 1 < len(running) else ()
            for wanted, term in (*pair, *single):
                if not running.startswith(wanted, at):
                    continue
                end = at + len(wanted)
                if _inside_a_word(running, at, end) or not _set_apart_rightly(text, at, end):
                    continue
                start, stop = places[at], places[end - 1] + 1
                apart = stop - start > len(wanted)
                other_word = (at and running[at - 1] in term.not_before) or (
                    end < len(running) and running[end] in term.not_after
                )
                # What stands beside it makes no other word of one whose parts a sign keeps apart.
                if other_word and not (apart and _is_apart_by_signs(text, at, end)):
                    continue
                if (other_word or not apart) and text.cuts_a_word(start, stop):
                    continue
                yield Match(term, start, stop, disguised=apart, certain=not other_word)


def _inside_a_word(running: str, at: int, end: int) -> bool:
    """Whether a Latin edge of a term such as ``BrandX机器人`` lies within a longer word."""
    return (at > 0 and not is_unspaced(running[at]) and _is_latin(running[at - 1])) or (
        end < len(running) and not is_unspaced(running[end - 1]) and _is_latin(running[end])
    )


def _is_latin(character: str) -> bool:
    return character.isalnum() and not is_unspaced(character)


def _set_apart_rightly(text: Text, at: int, end: int) -> bool:
    """Whether ``at:end`` of the running text is one word and not the seam of two clauses."""
    _, places = text.running
    gaps = [text.normalised[places[each] + 1 : places[each + 1]] for each in range(at, end - 1)]
    if any(len(gap) > _LONGEST_GAP for gap in gaps):
        return False
    if not any(_CLAUSE_END.search(gap) for gap in gaps):
        return True
    apart_before = at == 0 or places[at] - places[at - 1] > 1
    apart_after = end == len(places) or places[end] - places[end - 1] > 1
    return all(gaps) and apart_before and apart_after


def _is_apart_by_signs(text: Text, at: int, end: int) -> bool:
    """Whether signs that belong to no sentence stand between all characters of ``at:end``."""
    _, places = text.running
    return all(
        _NO_PUNCTUATION.fullmatch(text.normalised, places[each] + 1, places[each + 1])
        for each in range(at, end - 1)
    )


def _without_overlaps(matches: list[Match]) -> list[Match]:
    """Of matches that overlap a certain one, the longest, and of equal ones one that blocks."""
    taken = bytearray(max((each.end for each in matches), default=0))
    kept: list[Match] = []
    ranked = sorted(
        matches,
        key=lambda each: (
            not each.certain,
            each.start - each.end,
            not each.term.blocks,
            each.disguised,
        ),
    )
    for match in ranked:
        if not any(taken[match.start : match.end]):
            taken[match.start : match.end] = b"\1" * (match.end - match.start)
            kept.append(match)
    return sorted(kept, key=lambda each: each.start)
