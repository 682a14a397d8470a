"""Chinese terms with a character that only looks like the one that is meant: 课体, 千你妈."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from moderation.text.normalisation import is_han
from moderation.text.words import Text


class LikenessFinder:
    """Finds terms of three Chinese characters and more, and those of two in ``pairs``, in which
    one character is another that looks like it.

    ``likes`` has for each character those that do. What makes a word of the dictionary, or would
    cross two words, is none, and of two characters neither may belong to a word.
    """

    def __init__(
        self, terms: Iterable[str], likes: Mapping[str, str], pairs: frozenset[str]
    ) -> None:
        listed = frozenset(terms)
        self._by_beginning: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for term in listed:
            if not all(is_han(each) for each in term) or (len(term) < 3 and term not in pairs):
                continue
            for at, character in enumerate(term):
                for like in likes.get(character, ""):
                    written = term[:at] + like + term[at + 1 :]
                    if written not in listed:
                        self._by_beginning[written[:2]].append((written, term))

    def find(self, text: Text) -> Iterator[tuple[str, int, int]]:
        """Each term with its span in the normalised text."""
        normalised = text.normalised
        for at in range(len(normalised) - 1):
            for written, term in self._by_beginning.get(normalised[at : at + 2], ()):
                end = at + len(written)
                if not normalised.startswith(written, at) or text.cuts_a_word(at, end):
                    continue
                if text.stand_alone(at, end) if len(written) == 2 else not text.is_a_word(at, end):
                    yield term, at, end
