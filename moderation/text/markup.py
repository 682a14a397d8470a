"""Markup in what people write, undone: ``n&#117;de``, ``nu<wbr>de``, ``%6e%75%64%65``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5
from urllib.parse import unquote_to_bytes

#: Tags without attributes, for what a tag holds must stay to be read. Those of the second kind
#: start a new line, so that they part words and do not join them.
_INLINE = "a|b|big|code|del|em|font|i|ins|mark|q|s|small|span|strike|strong|sub|sup|tt|u|wbr"
_BLOCK = "br|div|hr|li|p|td|tr"
_MARKUP = re.compile(
    rf"(?P<inline></?(?:{_INLINE})\s?/?>|<!--[^\w<>]{{0,8}}\w?[^\w<>]{{0,8}}-->)"
    rf"|(?P<block></?(?:{_BLOCK})\s?/?>)"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});)"
    # One alone may be a rate and a number: 50%20.
    r"|(?P<percent>(?:%[0-9a-f]{2}){2,})",
    re.IGNORECASE | re.ASCII,
)


def without_markup(written: str) -> Iterator[tuple[str, int, int]]:
    """Stretches of ``written`` as a browser shows them, each with the span that it was written at.

    A stretch as long as its span is what was written there, character by character.
    """
    at = 0
    for match in _MARKUP.finditer(written):
        shown = _shown(match)
        if shown is None:
            continue
        if at < match.start():
            yield written[at : match.start()], at, match.start()
        if shown:
            yield shown, match.start(), match.end()
        at = match.end()
    if at < len(written):
        yield written[at:], at, len(written)


def _shown(match: re.Match[str]) -> str | None:
    """What the markup shows; nothing where it only formats, None where it is none."""
    if match.lastgroup == "inline":
        return ""
    if match.lastgroup == "block":
        return " "
    if match.lastgroup == "entity":
        entity = match.group()
        # By name only whole ones: unescape reads &nothing; as ¬hing;.
        return unescape(entity) if entity.startswith("&#") else html5.get(entity[1:])
    try:
        return unquote_to_bytes(match.group()).decode()
    except UnicodeDecodeError:
        return None
