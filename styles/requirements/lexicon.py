"""Every known word with its part in the grammar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache

from brandhub import vocabulary
from styles.requirements import aside_words, comparison_words, people_words, words
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
    ``exchange``, ``change``, ``all``, ``scheme``, ``range``, ``of``, ``as``, ``anything`` or
    ``apostrophe``; of a colour ``shade``; ``brand`` of what may stand before a colour; of what
    compares ``likeness``, ``like``, ``looks``, ``likewise``, ``shape``, ``preference``,
    ``over``, ``beside``, ``verdict``, ``mixture``, ``mixture of`` or ``half``; of what takes
    back ``correction``, ``still``, ``interjection``, ``forget`` or ``never mind``; of people
    ``he``, ``she``, ``pronoun``, ``role``, ``says``, ``hold``, ``article``, ``whose`` or ``for
    others``; of a negation ``less``, ``out``, ``leave``, ``verb`` or ``instead``, ``too``, of a
    doubt ``except``; ``perhaps``; of what negates only as a heading or behind one ``refused``
    or ``denied``, and ``affirmed``; the sign itself of a stop. ``aside`` says what the word
    makes of its clause, see ``_ASIDES``.
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


#: What words say of their clause being about the picture, and their part where they have no other.
_ASIDES = (
    (Kind.UNKNOWN, "", aside_words.SAYINGS),
    (Kind.UNKNOWN, "others", aside_words.OTHERS),
    (Kind.UNKNOWN, "backgrounds", aside_words.BACKGROUNDS),
    (Kind.UNKNOWN, "before", aside_words.BEFORE),
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
    _fill(found, words.FILLERS, Entry(Kind.FILLER))
    _fill(found, words.THINGS, Entry(Kind.FILLER, detail="thing"))
    _fill(found, words.COLOURS_AS_SUCH, Entry(Kind.FILLER, detail="colours"))
    _fill(found, words.BODY_PARTS, Entry(Kind.FILLER, detail="body part"))
    _fill(found, words.EXCHANGES, Entry(Kind.FILLER, detail="exchange"))
    _fill(found, words.ALL, Entry(Kind.FILLER, detail="all"))
    _fill(found, words.SCHEMES, Entry(Kind.FILLER, detail="scheme"))
    _fill(found, words.RANGES, Entry(Kind.FILLER, detail="range"))
    _fill(found, words.CHANGES, Entry(Kind.FILLER, detail="change"))
    _fill(found, ("as",), Entry(Kind.FILLER, detail="as"))
    _fill(found, ("of",), Entry(Kind.FILLER, detail="of"))
    _fill(found, comparison_words.LIKENESSES, Entry(Kind.UNKNOWN, detail="likeness"))
    _fill(found, comparison_words.LOOKS, Entry(Kind.FILLER, detail="likeness"))
    _fill(found, comparison_words.LIKE, Entry(Kind.FILLER, detail="like"))
    _fill(found, comparison_words.SHAPES, Entry(Kind.UNKNOWN, detail="shape"))
    _fill(found, comparison_words.COMPARATIVES, Entry(Kind.UNKNOWN, detail="preference"))
    _fill(found, comparison_words.PREFERENCES, Entry(Kind.FILLER, detail="preference"))
    _fill(found, comparison_words.LOOKING, Entry(Kind.FILLER, detail="looks"))
    _fill(found, comparison_words.LIKEWISE, Entry(Kind.FILLER, detail="likewise"))
    _fill(found, comparison_words.RATHERS, Entry(Kind.FILLER))
    _fill(found, comparison_words.MIXTURES_OF, Entry(Kind.UNKNOWN, detail="mixture of"))
    _fill(found, comparison_words.MIXES_OF, Entry(Kind.FILLER, detail="mixture of"))
    _fill(found, comparison_words.MIXTURES, Entry(Kind.UNKNOWN, detail="mixture"))
    _fill(found, comparison_words.HALVES, Entry(Kind.UNKNOWN, detail="half"))
    _fill(found, comparison_words.BESIDE, Entry(Kind.UNKNOWN, detail="beside"))
    _fill(found, comparison_words.VERDICTS, Entry(Kind.FILLER, detail="verdict"))
    _fill(found, ("a", "an"), Entry(Kind.FILLER, detail="article"))
    _fill(found, people_words.SAYING, Entry(Kind.UNKNOWN, detail="says"))
    _fill(found, people_words.HOLDING, Entry(Kind.UNKNOWN, detail="hold"))
    _fill(found, people_words.FOR_OTHERS, Entry(Kind.FILLER, detail="for others"))
    _fill(found, people_words.WHOSE, Entry(Kind.FILLER, detail="whose"))
    _fill(found, ("s", "'s"), Entry(Kind.FILLER, detail="apostrophe"))
    _fill(found, people_words.HE, Entry(Kind.FILLER, detail="he"))
    _fill(found, people_words.SHE, Entry(Kind.FILLER, detail="she"))
    _fill(found, people_words.GENDERS, Entry(Kind.FILLER, detail="gender"))
    _fill(found, words.VERBS, Entry(Kind.VERB))
    _fill(found, words.GROUNDS, Entry(Kind.GROUND))
    _fill(found, words.CONJUNCTIONS, Entry(Kind.AND))
    _fill(found, words.ALTERNATIVES, Entry(Kind.OR))
    _fill(found, words.PERHAPS, Entry(Kind.UNKNOWN, detail="perhaps"))
    _fill(found, words.TURNS, Entry(Kind.STOP))
    _fill(found, comparison_words.CORRECTIONS, Entry(Kind.STOP, detail="correction"))
    _fill(found, comparison_words.HESITATIONS, Entry(Kind.FILLER))
    _fill(found, comparison_words.ACTUALLYS, Entry(Kind.FILLER, detail="correction"))
    _fill(found, comparison_words.STILL, Entry(Kind.FILLER, detail="still"))
    _fill(found, words.AFTER_NEGATIONS, Entry(Kind.NOT_BEFORE))
    _fill(found, words.BEYOND, Entry(Kind.NOT_BEFORE, detail="beyond"))
    _fill(found, words.EXCESSES, Entry(Kind.FILLER, detail="too"))
    _fill(found, words.LEAVES, Entry(Kind.FILLER, detail="leave"))
    _fill(found, ("out",), Entry(Kind.NOT_BEFORE, detail="out"))
    _fill(found, ("less",), Entry(Kind.NOT_BEFORE, detail="less"))
    for negations in (*vocabulary.NEGATIONS.values(), words.NEGATIONS):
        for term in negations:
            # 不戴, "not wearing": the verb is in it.
            worn = term.endswith(words.WORN)
            _fill(found, (term,), Entry(Kind.NOT, detail="verb" if worn else ""))
    _fill(found, words.LACKS, Entry(Kind.NOT, detail="lack"))
    _fill(found, comparison_words.INTERJECTIONS, Entry(Kind.NOT, detail="interjection"))
    _fill(found, comparison_words.FORGETS, Entry(Kind.NOT, detail="forget"))
    _fill(found, comparison_words.NEVER_MINDS, Entry(Kind.NOT_BEFORE, detail="never mind"))
    _fill(found, ("nor",), Entry(Kind.OR))
    _fill(found, comparison_words.INSTEADS, Entry(Kind.NOT, detail="instead"))
    _fill(found, comparison_words.BETTERS, Entry(Kind.STOP))
    _fill(found, words.DOUBTS, Entry(Kind.DOUBT))
    _fill(found, words.EXCEPTS, Entry(Kind.DOUBT, detail="except"))
    _fill(found, words.ANYTHINGS, Entry(Kind.FILLER, detail="anything"))
    _fill(found, words.AFTER_DOUBTS, Entry(Kind.DOUBT_BEFORE))
    _fill(found, words.BRAND, Entry(Kind.UNKNOWN, detail="brand"))
    _fill(found, words.REFUSED, Entry(Kind.UNKNOWN, detail="refused"))
    _fill(found, words.DENIED, Entry(Kind.UNKNOWN, detail="denied"))
    _fill(found, words.AFFIRMED, Entry(Kind.UNKNOWN, detail="affirmed"))
    _fill(found, ("than",), Entry(Kind.UNKNOWN, detail="over"))
    _fill(found, ("over",), Entry(Kind.GROUND, detail="over"))
    _fill(found, words.PARTS, Entry(Kind.PART))
    _fill(found, people_words.ROLES, Entry(Kind.UNKNOWN, detail="role"))
    _fill(found, words.WHOLE, Entry(Kind.UNKNOWN))
    for length, name in words.HAIR_LENGTHS.items():
        _fill(found, (length,), Entry(Kind.LENGTH, detail=name))
    found.update(_vocabulary_entries())
    for term, colour in words.COLOURS_BESIDES.items():
        _fill(found, (term,), Entry(Kind.COLOUR, colour={**found[spelling(term)].colour, **colour}))
    for hexadecimal, terms in words.NAMED_COLOURS.items():
        _fill(found, terms, Entry(Kind.COLOUR, colour=nearest_colours(hexadecimal), detail="shade"))
    for name, terms in words.HAIR_SHADES.items():
        for term in terms:
            shade = found[spelling(term)]
            found[spelling(term)] = replace(shade, colour={**shade.colour, "hair_color": name})
    for term in words.SHADES:
        _fill(found, (term,), replace(found[spelling(term)], detail="shade"))
    for term in words.THINGS_COLOURS:
        if not found[term].detail:
            found[term] = replace(found[term], detail="thing's")
    _fill(found, words.BRAND_COLOURS, Entry(Kind.COLOUR, colour=BRAND_COLOUR))
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
    found["的"] = Entry(Kind.OF)
    found[STRUCK] = Entry(Kind.NOT)
    for kind, aside, terms in _ASIDES:
        for term in map(spelling, terms):
            found[term] = replace(found.get(term, Entry(kind)), aside=aside)
    return found


def nearest_colours(hexadecimal: str) -> Colour:
    """What an sRGB colour ``#rrggbb`` is called as the colour of each thing that has one."""
    return {name: vocabulary.nearest_colour(hexadecimal, of=name) for name in _COLOUR_CATEGORIES}
