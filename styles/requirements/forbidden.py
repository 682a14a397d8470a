"""What a brand forbids, looked for in what misspelt words would be read as."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from styles.requirements.lexicon import Entry, entries
from styles.requirements.normalising import normalise
from styles.requirements.tokens import tokens_of

_ENDINGS = ("", "s", "es")


def hits(places: Sequence[tuple[int, int]], text: str, never: Collection[str]) -> set[int]:
    """Which of some places in a normalised text are read as one of ``never``, by their numbers.

    A place is, where one of them stands in the text and takes of it, and where the word or phrase
    there says the same tag or colour as one of them: in either language, in singular or plural.
    """
    terms = {form for term in never for form in _forms(normalise(term).normal.strip())}
    standing = [span for term in terms for span in _found(term, text)]
    listed = entries()
    tags: set[str] = set()
    for term in terms:
        if term in listed:
            tags |= _said(listed[term])
    for token in tokens_of(text):
        said = {mention.tag for mention in token.mentions}
        if tags & (said | _as_tags(token.colour)):
            standing.append((token.start, token.end))
    return {
        number
        for number, (start, end) in enumerate(places)
        if any(begin < end and start < behind for begin, behind in standing)
    }


def _forms(term: str) -> set[str]:
    """A term in singular and plural."""
    single = {term.removesuffix(ending) for ending in _ENDINGS}
    return {f"{each}{ending}" for each in single if each for ending in _ENDINGS}


def _found(term: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a term stands in a text, whole."""
    start = text.find(term)
    while start >= 0:
        end = start + len(term)
        if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
            yield start, end
        start = text.find(term, start + 1)


def _said(entry: Entry) -> set[str]:
    """The tags of an entry; of several only the first, as a woman is a person, too."""
    return {mention.tag for mention in entry.mentions[:1]} | _as_tags(entry.colour)


def _as_tags(colour: dict[str, str]) -> set[str]:
    return {f"{category}:{name}" for category, name in colour.items()}
