"""The translations: ``python -m brandhub.common.catalogues update|check|compile``.

Django's own commands need the GNU gettext programs, which a bare machine lacks; this does the
same with Babel. English is the language of the source; every other language has a catalogue that
must hold a translation of every text.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ["brandhub", "styles", "avatars", "moderation", "templates"]
LANGUAGES = ["zh_Hans"]

# Django's names for gettext's functions, and which arguments hold context, singular and plural.
_PLAIN: tuple[int | tuple[int, str], ...] = (1,)
_WITH_PLURAL = (1, 2)
_WITH_CONTEXT = ((1, "c"), 2)
_KEYWORDS = {
    "_": _PLAIN,
    "gettext": _PLAIN,
    "gettext_lazy": _PLAIN,
    "gettext_noop": _PLAIN,
    "ngettext": _WITH_PLURAL,
    "ngettext_lazy": _WITH_PLURAL,
    "pgettext": _WITH_CONTEXT,
    "pgettext_lazy": _WITH_CONTEXT,
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def catalogue_file(language: str) -> Path:
    """Where the translations of a language are kept."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def _files() -> Iterator[tuple[Path, bool]]:
    """Every source with texts, and whether it is a template."""
    for name in SOURCES:
        for path in sorted((ROOT / name).rglob("*")):
            if path.suffix == ".py" and "migrations" not in path.parts:
                yield path, False
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                yield path, True


def extracted() -> Catalog:
    """A catalogue of all texts in code and templates, without translations."""
    catalogue = Catalog(project="BrandHub", charset="utf-8", fuzzy=False)
    for path, is_template in _files():
        name = path.relative_to(ROOT).as_posix()
        if is_template:
            # Django turns a template into calls of gettext between masked text. Babel's lexer for
            # JavaScript reads them; the one for Python stumbles over the indentation.
            calls = templatize(path.read_text(encoding="utf-8"), origin=name)
            source, method = calls.encode(), "javascript"
        else:
            source, method = path.read_bytes(), "python"
        for line, message, comments, context in extract(
            method,
            io.BytesIO(source),
            keywords=_KEYWORDS,  # type: ignore[arg-type]
            comment_tags=["Translators:"],
            options={"encoding": "utf-8"},
        ):
            catalogue.add(
                message, locations=[(name, line)], auto_comments=comments, context=context
            )
    return catalogue


def _read(language: str) -> Catalog:
    path = catalogue_file(language)
    if not path.exists():
        return Catalog(
            locale=language,
            header_comment=f"# BrandHub's texts in {language}.",
            project="BrandHub",
            msgid_bugs_address="none",
            last_translator="none",
            language_team="none",
            charset="utf-8",
            fuzzy=False,
        )
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    """Adds new texts to the catalogues and drops those that are gone."""
    template = extracted()
    for language in LANGUAGES:
        catalogue = _read(language)
        # A guessed translation would pass for a checked one.
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        path = catalogue_file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=100, sort_output=True, include_lineno=False)


def problems() -> list[str]:
    """What is wrong with the catalogues, in sentences: missing, empty, unsure, broken texts."""
    template = extracted()
    found = []
    for language in LANGUAGES:
        catalogue = _read(language)
        for message in template:
            if not message.id:
                continue
            known = catalogue.get(message.id, message.context)
            where = message.locations[0][0]
            parts = known.string if known and isinstance(known.string, tuple) else None
            if known is None:
                found.append(f"{language}: {message.id!r} ({where}) is not in the catalogue")
            elif known.fuzzy or not known.string or (parts and not all(parts)):
                found.append(f"{language}: {message.id!r} ({where}) has no sure translation")
        for message, errors in catalogue.check():
            found += [f"{language}: {message.id!r}: {error}" for error in errors]
    return found


def compile_all() -> None:
    """Writes the binary catalogues that Django reads; they are not committed."""
    for path in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        with path.open("rb") as source:
            catalogue = read_po(source, locale=path.parts[-3])
        with path.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogue)


def main(arguments: list[str]) -> int:
    """Does what the one argument says; returns the exit status."""
    if arguments == ["update"]:
        update()
    elif arguments == ["compile"]:
        compile_all()
    elif arguments == ["check"]:
        compile_all()
        found = problems()
        sys.stderr.writelines(f"{problem}\n" for problem in found)
        return 1 if found else 0
    else:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
