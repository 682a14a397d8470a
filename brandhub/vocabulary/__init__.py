"""The product's tags: what can be asked for, how people say it, and how a prompt words it.

Pure Python: no Django and no model library, so that web, workers and training share it.
"""

from brandhub.vocabulary.captions import compose_caption, compose_negative
from brandhub.vocabulary.colours import nearest_colour
from brandhub.vocabulary.lookup import (
    category,
    collect_tags,
    parse_tag,
    phrases,
    tag_names,
    unsupported,
)
from brandhub.vocabulary.tables import CATEGORIES, COLOURS, NEGATIONS, TAG_ALIASES
from brandhub.vocabulary.terms import (
    Category,
    Language,
    RepeatedTagError,
    Tags,
    UnknownTagError,
    Value,
    Wording,
)

__all__ = [
    "CATEGORIES",
    "COLOURS",
    "NEGATIONS",
    "TAG_ALIASES",
    "Category",
    "Language",
    "RepeatedTagError",
    "Tags",
    "UnknownTagError",
    "Value",
    "Wording",
    "category",
    "collect_tags",
    "compose_caption",
    "compose_negative",
    "nearest_colour",
    "parse_tag",
    "phrases",
    "tag_names",
    "unsupported",
]
