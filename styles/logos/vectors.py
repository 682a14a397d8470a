"""What an SVG logo may hold, and drawing it in a process of its own.

The file is read once by expat, which fetches nothing and expands nothing here, against a list of
elements. What passes refers to nothing outside of itself. It is then drawn by resvg, which knows
no scripts, in a child process with bounds on memory and time: a file that gets past the list
takes no more than that child with it.
"""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _

from brandhub.common.errors import FieldError, InvalidInput

MAX_BYTES = 512 * 1024
MAX_ELEMENTS = 5_000
MAX_DEPTH = 64
MAX_USES = 100
#: Side of what is drawn, in pixels; the longer one of the logo's two.
SIDE = 1024
#: The longer side over the shorter one.
MAX_RATIO = 8.0
SECONDS = 10
CHILD_CPU_SECONDS = 5
CHILD_MEMORY = 768 * 2**20

_SVG = "http://www.w3.org/2000/svg"
_ALLOWED = frozenset(
    {"svg", "g", "defs", "symbol", "use", "title", "desc", "metadata", "style", "path", "rect",
     "circle", "ellipse", "line", "polyline", "polygon", "linearGradient", "radialGradient",
     "stop", "clipPath", "mask"}
)  # fmt: skip
#: A reference that leaves the file: anything but ``url(#…)``.
_OUTSIDE = re.compile(r"url\(\s*[\"']?\s*(?!#)|@import|expression\(", re.IGNORECASE)

# Reads the SVG from its standard input and writes a PNG; its bounds come first.
_CHILD = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({CHILD_CPU_SECONDS}, {CHILD_CPU_SECONDS}))
resource.setrlimit(resource.RLIMIT_AS, ({CHILD_MEMORY}, {CHILD_MEMORY}))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
import resvg_py
size = {{sys.argv[1]: int(sys.argv[2])}}
svg = sys.stdin.buffer.read().decode("utf-8-sig")
png = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, **size)
sys.stdout.buffer.write(bytes(png))
"""


def looks_like_svg(head: bytes) -> bool:
    """Whether the first bytes of a file are those of an XML document and no picture."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def drawn(svg: bytes, *, pointer: str = "/file") -> bytes:
    """A PNG of the SVG's pixels, its longer side 1,024.

    Raises ``InvalidInput``: ``svg_too_large``, ``svg_not_readable``, ``svg_not_allowed`` with what
    it is that is not, ``svg_too_complex``, ``svg_shape``.
    """
    if len(svg) > MAX_BYTES:
        raise _refused(pointer, "svg_too_large", _("An SVG logo may have 512 kB."))
    reading = _Reading(pointer)
    reading.read(svg)
    side = "width" if reading.ratio >= 1 else "height"
    command = [sys.executable, "-I", "-c", _CHILD, side, str(SIDE)]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program; the file goes in by its input
            command, input=svg, capture_output=True, timeout=SECONDS, check=False, env={}
        )
    except subprocess.TimeoutExpired as error:
        raise _complex(pointer) from error
    if done.returncode < 0:
        raise _complex(pointer)
    if done.returncode:
        raise _refused(pointer, "svg_not_readable", _("The SVG cannot be drawn."))
    return done.stdout


class _Reading:
    """One pass over the file. Stops at the first thing that is not allowed."""

    def __init__(self, pointer: str) -> None:
        self._pointer = pointer
        self._elements = 0
        self._open: list[str] = []
        self._ids: list[str] = []
        self._used: set[str] = set()
        self._uses: list[frozenset[str]] = []
        self._style: list[str] = []
        self.ratio = 1.0

    def read(self, svg: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        parser.ProcessingInstructionHandler = self._instruction
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(svg, True)
        except expat.ExpatError as error:
            raise _refused(
                self._pointer, "svg_not_readable", _("The file is no well-formed SVG.")
            ) from error
        # A use inside of what is used multiplies with every level.
        if len(self._uses) > MAX_USES or any(held & self._used for held in self._uses):
            raise _complex(self._pointer)

    def _not_allowed(self, what: str) -> InvalidInput:
        detail = _("A logo may not hold %(what)s. Export it as plain shapes.") % {"what": what}
        return _refused(self._pointer, "svg_not_allowed", detail)

    def _doctype(self, name: str, system: Any, public: Any, has_subset: int) -> None:
        if has_subset:
            raise self._not_allowed("<!DOCTYPE […]>")

    def _entity(self, *declared: Any) -> None:
        raise self._not_allowed("<!ENTITY>")

    def _instruction(self, target: str, data: str) -> None:
        raise self._not_allowed(f"<?{target[:40]}?>")

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        namespace, _sep, name = qualified.rpartition(" ")
        self._elements += 1
        if self._elements > MAX_ELEMENTS or len(self._open) >= MAX_DEPTH:
            raise _complex(self._pointer)
        if not self._open:
            if (namespace, name) != (_SVG, "svg"):
                raise _refused(self._pointer, "svg_not_readable", _("The file is no SVG."))
            self._measure(attributes)
        # What editors note in namespaces of their own is not drawn.
        if namespace == _SVG and name not in _ALLOWED:
            raise self._not_allowed(f"<{name[:40]}>")
        for key, value in attributes.items():
            self._attribute(key.rpartition(" ")[2].lower(), value)
        if namespace == _SVG and name == "use":
            self._uses.append(frozenset(self._ids))
        self._open.append(name)
        self._ids.append(attributes.get("id", ""))

    def _end(self, qualified: str) -> None:
        if self._open[-1] == "style":
            # As a whole: a comment in between would hide half of it.
            text = "".join(self._style)
            self._style.clear()
            if _OUTSIDE.search(text) or "\\" in text or "@" in text:
                raise self._not_allowed("<style>")
        self._open.pop()
        self._ids.pop()

    def _attribute(self, name: str, value: str) -> None:
        if name.startswith("on"):
            raise self._not_allowed(f"{name[:40]}=…")
        if name == "href":
            if not value.strip().startswith("#"):
                raise self._not_allowed("href=…")
            self._used.add(value.strip()[1:])
        if name == "base" or _OUTSIDE.search(value):
            raise self._not_allowed(f"{name[:40]}=…")

    def _text(self, text: str) -> None:
        if "style" in self._open:
            self._style.append(text)

    def _measure(self, attributes: dict[str, str]) -> None:
        """The shape of the drawing, by its view box or by its size."""
        sides = attributes.get("viewBox", "").replace(",", " ").split()[2:]
        if len(sides) != 2:
            sides = [attributes.get(side, "") for side in ("width", "height")]
        try:
            width, height = (float(side.removesuffix("px")) for side in sides)
            self.ratio = width / height
        except (ValueError, ZeroDivisionError) as error:
            raise self._shapeless() from error
        if not 1 / MAX_RATIO <= self.ratio <= MAX_RATIO:
            raise self._shapeless()

    def _shapeless(self) -> InvalidInput:
        return _refused(
            self._pointer,
            "svg_shape",
            _("The SVG says its width and height, and one is at most eight times the other."),
        )


def _complex(pointer: str) -> InvalidInput:
    return _refused(pointer, "svg_too_complex", _("The SVG is too complex for a logo."))


def _refused(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, code=code, errors=[FieldError(pointer, code, detail)])
