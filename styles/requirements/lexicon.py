"""Every known word with its part in the grammar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from itertools import chain

from brandhub import vocabulary
from styles.requirements import aside_words, colour_words, comparison_words, people_words, words
from styles.requirements.emoji import EMOJI
from styles.requirements.normalising import STRUCK, is_chinese, spelling

Colour = dict[str, str]

#: The value that stands for a colour of the brand until somebody knows which brand.
BRANDS_OWN = "brand"
BRAND_COLOUR: Colour = {"color": BRANDS_OWN, "background": BRANDS_OWN}
_COLOUR_CATEGORIES = frozenset({"color", "background", "hair_color"})
# Categories whose English nouns people also write in the plural.
_COUNTED = frozenset(
    {"subject", "eyewear", "headwear", "facial_hair", "accessory", "hair", "clothing"}
)


class Kind(Enum):
    """The part that a word plays."""

    TERM = "term"  # says tags
    COLOUR = "colour"  # says a colour of something
    CONTEXT = "context"  # what a colour may belong to
    LENGTH = "length"  # long, short: only of hair
    PART = "part"  # takes a colour along, and no tag describes it
    NOT = "not"
    NOT_BEFORE = "not before"  # negates what stands before it
    DOUBT = "doubt"  # leaves open whether what follows it shows
    DOUBT_BEFORE = "doubt before"  # or what stands before it
    FILLER = "filler"
    OF = "of"  # 的: joins an attribute to its noun
    VERB = "verb"
    GROUND = "ground"
    AND = "and"
    OR = "or"
    COMMA = "comma"
    STOP = "stop"
    UNKNOWN = "unknown"

    # Kinds are looked up in sets for every word; the one that they come with is written in Python.
    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class Mention:
    """One tag that a word says.

    A lower ``rank`` yields to a higher one within a category, and is named then unless ``quiet``.
    ``absent`` says that the word itself excludes the tag.
    """

    tag: str
    rank: int = 2
    quiet: bool = False
    absent: bool = False
    #: The part of ``tag`` before its colon, which is asked for too often to be cut each time.
    category: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "category", self.tag.partition(":")[0])

    @classmethod
    def written(cls, text: str) -> Mention:
        """From the notation of ``words.MENTIONS``."""
        if text.startswith("~~~"):
            return cls(text[3:], rank=-1, quiet=True)
        if text.startswith("~~"):
            return cls(text[2:], rank=1, quiet=True)
        if text.startswith("~"):
            return cls(text[1:], rank=1)
        if text.startswith("!"):
            return cls(text[1:], absent=True)
        marks = words.YIELDING.get(text, "")
        return cls(text, rank={"": 2, "-": 0}.get(marks, 1), quiet=marks == "~~")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the lexicon knows of one word; ``detail`` says more than its kind.

    A context's category, a length; of a filler ``thing``, ``body part``, ``gender``,
    ``exchange``, ``change``, ``all``, ``scheme``, ``range``, ``of``, ``as``, ``anything``, ``also``
    or ``apostrophe``; of a colour ``shade``; ``brand`` of what may stand before a colour; of what
    compares ``likeness``, ``like``, ``looks``, ``likewise``, ``shape``, ``preference``,
    ``over``, ``beside``, ``verdict``, ``mixture``, ``mixture of`` or ``half``; of what takes
    back ``correction``, ``still``, ``interjection``, ``forget`` or ``never mind``; of people
    ``he``, ``she``, ``pronoun``, ``role``, ``says``, ``hold``, ``article``, ``whose`` or ``for
    others``; of a negation ``less``, ``out``, ``leave``, ``verb`` or ``instead``, ``too``, of a
    doubt ``except``; ``but``, ``nothing``, ``rest`` of all else; ``perhaps``; of what negates
    only as a heading or behind one ``refused`` or ``denied``, and ``affirmed``; the sign itself of
    a stop. ``aside`` says what the word makes of its clause, see ``_ASIDES``.
    """

    kind: Kind
    mentions: tuple[Mention, ...] = ()
    colour: Colour = field(default_factory=dict)
    detail: str = ""
    aside: str = ""


def _fill(entries: dict[str, Entry], terms: Iterable[str], entry: Entry) -> None:
    for term in terms:
        entries[spelling(term)] = entry


def _vocabulary_entries() -> Iterator[tuple[str, Entry]]:
    """The vocabulary's own words; those with a colour among their values are colours."""
    tags: dict[str, list[vocabulary.Value]] = {}
    for language in ("en", "zh"):
        for term, value in vocabulary.phrases(language):
            tags.setdefault(spelling(term), []).append(value)
    for term, values in tags.items():
        colours = {v.category: v.name for v in values if v.category in _COLOUR_CATEGORIES}
        if colours and not (set(colours) == {"background"} and not values[0].swatch):
            yield term, Entry(Kind.COLOUR, colour=colours)
            continue
        mentions = tuple(Mention.written(value.tag) for value in values)
        yield term, Entry(Kind.TERM, mentions)
        if values[0].category == "subject" and is_chinese(term[0]) and len(term) > 1:
            # 小熊猫 is a small panda, and not a small bear and a cat.
            yield f"小{term}", Entry(Kind.TERM, mentions)
        if term.endswith("风"):
            yield f"{term}格", Entry(Kind.TERM, mentions)
        if term.isascii() and values[0].category in _COUNTED and term[-1].isalpha():
            yield (
                f"{term}es" if term.endswith(("s", "x", "ch")) else f"{term}s",
                Entry(Kind.TERM, mentions),
            )


_NEGATIONS = (*chain(*vocabulary.NEGATIONS.values()), *words.NEGATIONS)
#: The part that the grammar's own words play; later rows take precedence over earlier ones.
_PARTS = (
    (Kind.FILLER, "", words.FILLERS),
    (Kind.FILLER, "thing", words.THINGS),
    (Kind.FILLER, "colours", words.COLOURS_AS_SUCH),
    (Kind.FILLER, "body part", words.BODY_PARTS),
    (Kind.FILLER, "exchange", words.EXCHANGES),
    (Kind.FILLER, "all", words.ALL),
    (Kind.FILLER, "scheme", colour_words.SCHEMES),
    (Kind.FILLER, "range", colour_words.RANGES),
    (Kind.FILLER, "change", colour_words.CHANGES),
    (Kind.FILLER, "as", ("as",)),
    (Kind.FILLER, "of", ("of",)),
    (Kind.UNKNOWN, "likeness", comparison_words.LIKENESSES),
    (Kind.FILLER, "likeness", comparison_words.LOOKS),
    (Kind.FILLER, "like", comparison_words.LIKE),
    (Kind.UNKNOWN, "shape", comparison_words.SHAPES),
    (Kind.UNKNOWN, "preference", comparison_words.COMPARATIVES),
    (Kind.FILLER, "preference", comparison_words.PREFERENCES),
    (Kind.FILLER, "looks", comparison_words.LOOKING),
    (Kind.FILLER, "likewise", comparison_words.LIKEWISE),
    (Kind.FILLER, "", comparison_words.RATHERS),
    (Kind.UNKNOWN, "mixture of", comparison_words.MIXTURES_OF),
    (Kind.FILLER, "mixture of", comparison_words.MIXES_OF),
    (Kind.UNKNOWN, "mixture", comparison_words.MIXTURES),
    (Kind.UNKNOWN, "half", comparison_words.HALVES),
    (Kind.UNKNOWN, "beside", comparison_words.BESIDE),
    (Kind.FILLER, "verdict", comparison_words.VERDICTS),
    (Kind.FILLER, "article", ("a", "an")),
    (Kind.UNKNOWN, "says", people_words.SAYING),
    (Kind.UNKNOWN, "hold", people_words.HOLDING),
    (Kind.FILLER, "for others", people_words.FOR_OTHERS),
    (Kind.FILLER, "whose", people_words.WHOSE),
    (Kind.FILLER, "apostrophe", ("s", "'s")),
    (Kind.FILLER, "he", people_words.HE),
    (Kind.FILLER, "she", people_words.SHE),
    (Kind.FILLER, "gender", people_words.GENDERS),
    (Kind.VERB, "", words.VERBS),
    (Kind.GROUND, "", words.GROUNDS),
    (Kind.AND, "", words.CONJUNCTIONS),
    (Kind.OR, "", words.ALTERNATIVES),
    (Kind.UNKNOWN, "perhaps", words.PERHAPS),
    (Kind.STOP, "", words.TURNS),
    (Kind.STOP, "but", ("but",)),
    (Kind.STOP, "correction", comparison_words.CORRECTIONS),
    (Kind.FILLER, "", comparison_words.HESITATIONS),
    (Kind.FILLER, "correction", comparison_words.ACTUALLYS),
    (Kind.FILLER, "still", comparison_words.STILL),
    (Kind.NOT_BEFORE, "", words.AFTER_NEGATIONS),
    (Kind.NOT_BEFORE, "beyond", words.BEYOND),
    (Kind.FILLER, "too", words.EXCESSES),
    (Kind.FILLER, "leave", words.LEAVES),
    (Kind.NOT_BEFORE, "out", ("out",)),
    (Kind.NOT_BEFORE, "less", ("less",)),
    (Kind.NOT, "", _NEGATIONS),
    # 不戴, "not wearing": the verb is in it.
    (Kind.NOT, "verb", tuple(term for term in _NEGATIONS if term.endswith(words.WORN))),
    (Kind.NOT, "lack", words.LACKS),
    (Kind.NOT, "but", words.BUTS),
    (Kind.NOT, "interjection", comparison_words.INTERJECTIONS),
    (Kind.NOT, "forget", comparison_words.FORGETS),
    (Kind.NOT_BEFORE, "never mind", comparison_words.NEVER_MINDS),
    (Kind.OR, "", ("nor",)),
    (Kind.NOT, "instead", comparison_words.INSTEADS),
    (Kind.STOP, "", comparison_words.BETTERS),
    (Kind.DOUBT, "", words.DOUBTS),
    (Kind.DOUBT, "except", words.EXCEPTS),
    (Kind.FILLER, "anything", words.ANYTHINGS),
    (Kind.FILLER, "also", words.ALSOS),
    (Kind.UNKNOWN, "nothing", words.NOTHINGS),
    (Kind.DOUBT_BEFORE, "", words.AFTER_DOUBTS),
    (Kind.UNKNOWN, "brand", colour_words.BRAND),
    (Kind.UNKNOWN, "refused", words.REFUSED),
    (Kind.UNKNOWN, "denied", words.DENIED),
    (Kind.UNKNOWN, "affirmed", words.AFFIRMED),
    (Kind.UNKNOWN, "over", ("than",)),
    (Kind.GROUND, "over", ("over",)),
    (Kind.PART, "", words.PARTS),
    (Kind.UNKNOWN, "role", people_words.ROLES),
    (Kind.UNKNOWN, "", words.WHOLE),
    (Kind.UNKNOWN, "rest", words.RESTS),
)
#: What words say of their clause being about the picture, and their part where they have no other.
_ASIDES = (
    (Kind.UNKNOWN, "", aside_words.SAYINGS),
    (Kind.UNKNOWN, "others", aside_words.OTHERS),
    (Kind.UNKNOWN, "nobody", aside_words.NOBODY),
    (Kind.UNKNOWN, "statement", aside_words.STATEMENTS),
    (Kind.FILLER, "self", aside_words.SELVES),
    (Kind.UNKNOWN, "backgrounds", aside_words.BACKGROUNDS),
    (Kind.UNKNOWN, "before", aside_words.BEFORE),
    (Kind.UNKNOWN, "tried", aside_words.TRIED),
    (Kind.FILLER, "present", aside_words.PRESENT),
    (Kind.FILLER, "ours", aside_words.OURS),
    (Kind.FILLER, "they", aside_words.THEY),
    (Kind.FILLER, "wish", aside_words.WISHES),
    (Kind.FILLER, "picture", aside_words.PICTURES),
    (Kind.UNKNOWN, "if", aside_words.IFS),
    (Kind.FILLER, "able", aside_words.ABLE),
    (Kind.UNKNOWN, "audience", aside_words.AUDIENCES),
    (Kind.UNKNOWN, "signature", aside_words.SIGN_OFFS),
    (Kind.UNKNOWN, "alone", aside_words.SIGN_OFFS_ALONE),
    (Kind.UNKNOWN, "name", aside_words.NAMES),
    (Kind.FILLER, "feeling", aside_words.FEELINGS),
)


@cache
def entries() -> dict[str, Entry]:
    """Every known word in its normal spelling. Later tables take precedence over earlier ones."""
    found: dict[str, Entry] = {}
    for kind, detail, terms in _PARTS:
        _fill(found, terms, Entry(kind, detail=detail))
    for length, name in words.HAIR_LENGTHS.items():
        _fill(found, (length,), Entry(Kind.LENGTH, detail=name))
    found.update(_vocabulary_entries())
    for term, colour in colour_words.COLOURS_BESIDES.items():
        _fill(found, (term,), Entry(Kind.COLOUR, colour={**found[spelling(term)].colour, **colour}))
    for hexadecimal, terms in colour_words.NAMED_COLOURS.items():
        _fill(found, terms, Entry(Kind.COLOUR, colour=nearest_colours(hexadecimal), detail="shade"))
    for name, terms in colour_words.HAIR_SHADES.items():
        for term in terms:
            shade = found[spelling(term)]
            found[spelling(term)] = replace(shade, colour={**shade.colour, "hair_color": name})
    for term in colour_words.SHADES:
        _fill(found, (term,), replace(found[spelling(term)], detail="shade"))
    for term in colour_words.THINGS_COLOURS:
        if not found[term].detail:
            found[term] = replace(found[term], detail="thing's")
    _fill(found, colour_words.BRAND_COLOURS, Entry(Kind.COLOUR, colour=BRAND_COLOUR))
    for category, terms in words.CONTEXTS.items():
        _fill(found, terms, Entry(Kind.CONTEXT, detail=category))
    for term, mentions in words.MENTIONS.items():
        entry = Entry(Kind.TERM, tuple(Mention.written(m) for m in mentions))
        _fill(found, (term,), entry)
    for term, mentions in people_words.PRONOUNS.items():
        entry = Entry(Kind.TERM, tuple(map(Mention.written, mentions)), detail="pronoun")
        _fill(found, (term,), entry)
    for emoji, mentions in EMOJI.items():
        _fill(found, emoji, Entry(Kind.TERM, tuple(Mention.written(m) for m in mentions)))
    for term, other in words.OTHER_FORMS.items():
        found[term] = found[other]
    found["的"] = Entry(Kind.OF)
    found[STRUCK] = Entry(Kind.NOT)
    for kind, aside, terms in _ASIDES:
        for term in map(spelling, terms):
            found[term] = replace(found.get(term, Entry(kind)), aside=aside)
    return found


def nearest_colours(hexadecimal: str) -> Colour:
    """What an sRGB colour ``#rrggbb`` is called as the colour of each thing that has one."""
    return {name: vocabulary.nearest_colour(hexadecimal, of=name) for name in _COLOUR_CATEGORIES}
