"""Content that no avatar may show: sexual, violent, hateful, … in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from moderation.checks.contract import CheckResult
from moderation.checks.negation import Absence, absence_of
from moderation.checks.requirement import Requirement, TextCheck, WrittenField
from moderation.lexicons import (
    chinese,
    chinese_likes,
    chinese_parts,
    chinese_phrases,
    chinese_settings,
    chinese_wider,
    cues,
    english,
    english_wider,
    neighbours,
    pictures,
)
from moderation.states import FindingVerdict
from moderation.text.matching import Lexicon, Match, Term
from moderation.text.pairs import Pair, PairFinder
from moderation.text.sounds import SoundFinder
from moderation.text.words import Text

#: Words that insult or harm whoever reads them, or whose mere mention calls for a person: a
#: negation lowers these to nothing less than a flag.
_NEVER_MERELY_EXCLUDED = frozenset({"minors", "hate"})

#: What people write who say what must not be seen, and hardly who want to see it.
_KINDS_OF_CONTENT = frozenset(
    {"nudity", "nakedness", "gore", "porn", "pornography", "nsfw", "erotica"}
    | {"裸露", "色情", "淫秽"}
)
#: An age under eighteen, in normalised text.
_AGE = re.compile(
    r"(?<![\d.])(?:1[0-7]|[1-9])(?:[ -]?(?:years?|yrs?)[ -]?old|[ -]?y[./]?o\b| ?岁(?!月))"
    rf"|(?<!ty[ -])\b(?:{'|'.join(cues.YEARS_OF_MINORS)})[ -]years?[ -]old\b"
    r"|\baged? (?:1[0-7]|[1-9])\b(?! ?[+-])"
    r"|(?<![一二三四五六七八九十百千零\d])(?:十[一二三四五六七]?|[一二三四五六七八九])岁(?!月)"
)


@cache
def _prohibited() -> Lexicon:
    return Lexicon(
        (*english.TERMS, *chinese.TERMS, *neighbours.TERMS),
        harmless=(*english.HARMLESS, *chinese.HARMLESS, *neighbours.HARMLESS),
        stems={**english.STEMS, **neighbours.STEMS},
        glued=english_wider.GLUED,
        misspelled=True,
        parts=chinese_parts.PARTS,
        masks=chinese_wider.MASKS,
        masked_pairs=chinese_wider.MASKED_PAIRS,
        reshaped_pairs=chinese.INTERRUPTED,
        turned_pairs=chinese.TURNED,
        deeds=chinese.DEEDS,
        likes=chinese_likes.LIKES,
        likened_pairs=chinese.LOOSE_SOUNDS,
        settings=chinese_settings.SETTINGS
        | dict.fromkeys(chinese_wider.INITIALS.split(), chinese_settings.OF_LETTERS),
    )


@cache
def _by_sound() -> SoundFinder:
    # Terms of blame: a homophone of a harmless word must not be held against anybody.
    terms = [
        term
        for term in chinese.TERMS
        if term.category != "violence" or term.blocks or term.text in chinese.BLAMED_VIOLENCE
    ]
    harmless = chinese.HARMLESS_PINYIN | chinese.HARMLESS_SOUNDS
    return SoundFinder(terms, chinese.LOOSE_SOUNDS, harmless, chinese_likes.WORDS)


@cache
def _pairs() -> tuple[PairFinder, PairFinder]:
    return (
        PairFinder(cues.ENGLISH, cues.PAIRINGS, english.HARMLESS),
        PairFinder(cues.CHINESE, cues.CHINESE_PAIRINGS, chinese.HARMLESS, chinese_phrases.VERBS),
    )


def pairs_in(text: Text) -> list[Pair]:
    """Cues that are grave together, claims of office included, each category once."""
    english_pairs, chinese_pairs = _pairs()
    return english_pairs.find(text) + (chinese_pairs.find(text) if text.has_running_script else [])


#: Somebody who is to be seen, as far as the lists of minors do not say so.
_PEOPLE = re.compile("|".join((chinese_settings.OF_PEOPLE, *cues.CHINESE["minor"])))


@cache
def _minors() -> Lexicon:
    return Lexicon(Term(each, "minors") for each in (*english.MINORS, *chinese.MINORS))


@cache
def _clothing() -> Lexicon:
    terms = (*english.CLOTHING, *chinese.CLOTHING)
    return Lexicon(Term(each, "sexual", blocks=False) for each in terms)


class ProhibitedContent(TextCheck):
    """Blocks or flags by the platform's word lists.

    * A term that is certainly meant gets its own verdict; one that may be something else
      (``na ked``) flags.
    * What is surely asked to be absent (``no gore``, ``no blood, gore or guns``) weighs lighter:
      a blocking term flags, a flagging one passes, and so does what merely names a kind of
      content (``no nudity``). Where that is not sure, as in an open list, blocking terms flag.
    * A negative requirement names what to leave out: nothing in it is held against the caller but
      hate and abuse of minors, and clothes, which to leave out asks for nakedness.
    * A term that stands where it is part of something innocent passes, and flags if it is one
      that blocks; nowhere in a requirement that names somebody, unless nothing of its category
      blocks.
    * A sexual term and a minor in one requirement block, whatever each alone would do.
    """

    name = "prohibited_content"
    version = "6"
    category = "prohibited"

    def run(self, subject: Requirement) -> Sequence[CheckResult]:
        results: list[CheckResult] = []
        sexual = False
        of_people = any(_shows_people(field) for field in subject.fields)
        for field in subject.fields:
            named = _prohibited().find(field.text, of_people=of_people)
            for match in named:
                verdict = _verdict(field, match)
                if verdict == FindingVerdict.PASS:
                    continue
                sexual = sexual or (match.term.category == "sexual" and _is_wanted(field, match))
                results.append(self.found(field, match, verdict, category=match.term.category))
            if field.excluded:
                results += self._clothes_left_out(field)
            else:
                results += self._uncertain(field, named)
        if sexual:
            results += self._minors_shown(subject)
        return self.all_of(results)

    def _uncertain(self, field: WrittenField, named: list[Match]) -> list[CheckResult]:
        """What is written by its sound or in pictures, and cues that are grave together."""
        matches = [
            *_by_sound().find(field.text),
            *_initials(field.text),
            *_pictures(field.text),
        ]
        matches += (
            Match(Term(f"{pair.first} … {pair.second}", pair.category, False), pair.start, pair.end)
            for pair in pairs_in(field.text)
            if pair.category != "official_claim" and _starts_wanted(field.text, pair)
        )
        return [
            self.found(field, match, verdict, category=match.term.category)
            for match in matches
            if not any(match.says_the_same(each) for each in named)
            if (verdict := _verdict(field, match)) != FindingVerdict.PASS
        ]

    def _clothes_left_out(self, field: WrittenField) -> list[CheckResult]:
        return [
            self.found(field, match, FindingVerdict.FLAG, category="sexual")
            for match in _clothing().find(field.text)
        ]

    def _minors_shown(self, subject: Requirement) -> list[CheckResult]:
        return [
            self.found(field, match, FindingVerdict.BLOCK, category="minors")
            for field in subject.fields
            if not field.excluded
            for match in (*_minors().find(field.text), *_ages(field))
            if match.certain
        ]


def _shows_people(field: WrittenField) -> bool:
    """Whether somebody may be meant, disguised or not; here too often is no harm."""
    return bool(_PEOPLE.search(field.text.normalised) or _ages(field) or _minors().find(field.text))


def _initials(text: Text) -> list[Match]:
    """Two letters that are abuse in a Chinese text, or where they are all that is written."""
    if not (text.has_running_script or len(text.words) == 1):
        return []
    return [
        Match(Term(word.plain, "profanity", False), word.start, word.end, certain=False)
        for word in text.words
        if word.plain in chinese_wider.SHORT_INITIALS
        and not chinese_settings.OF_LETTERS.holds(text.normalised, word.start, word.end)
    ]


def _pictures(text: Text) -> Iterator[Match]:
    """What pictures say together or beside a word."""
    for category, pattern in pictures.PATTERNS.items():
        for found in pattern.finditer(text.normalised):
            term = Term(found.group(), category, False)
            yield Match(term, found.start(), found.end(), certain=False)


def _ages(field: WrittenField) -> list[Match]:
    """Ages under eighteen."""
    return [
        Match(Term("under 18", "minors"), found.start(), found.end())
        for found in _AGE.finditer(field.text.normalised)
    ]


def _starts_wanted(text: Text, pair: Pair) -> bool:
    """Whether the first cue of ``pair`` is there: "no weapons, for kids" is no kid with weapons."""
    cue = Match(Term(pair.first, pair.category, False), pair.start, pair.first_end)
    return absence_of(text, cue) != Absence.SURE


def _is_wanted(field: WrittenField, match: Match) -> bool:
    return not field.excluded and absence_of(field.text, match) != Absence.SURE


def _verdict(field: WrittenField, match: Match) -> FindingVerdict:
    blocks = match.term.blocks and match.certain
    grave = match.term.category in _NEVER_MERELY_EXCLUDED
    if field.excluded:
        return FindingVerdict.FLAG if grave else FindingVerdict.PASS
    absence = absence_of(field.text, match)
    if absence == Absence.SURE:
        lighter = not blocks or match.term.text in _KINDS_OF_CONTENT
        return FindingVerdict.PASS if lighter and not grave else FindingVerdict.FLAG
    if blocks and absence == Absence.WANTED:
        return FindingVerdict.BLOCK
    return FindingVerdict.FLAG
