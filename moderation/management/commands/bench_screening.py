"""How much of what is prohibited the screening of requirements stops, and how much else."""

from __future__ import annotations

import time
from itertools import groupby
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from avatars.services.submission import MAX_PROMPT
from moderation.prompt_corpus import (
    LANGUAGES,
    LISTS,
    PARTS,
    SHOWN,
    Row,
    is_stopped,
    read_corpus,
    share_of,
)

#: What hostile texts repeat; each aims at one way of undoing a disguise.
_HOSTILE = {
    "one letter": "a",
    "letters apart": "n u d e ",
    "short runs of letters apart": "a b c dd ",
    "letters or signs apart": "1 l i | ! ",
    "letters joined by signs": "n/u-d.e ",
    "letters apart between Chinese": "a b c 裸",
    "masked words": "f*c* ",
    "signs for letters": "1!|3 ",
    "pieces of words": "na ked ",
    "repeated letters": "nuuuuuude ",
    "listed words": "shit fuck porn nude ",
    "negated list": "no blood, gore or nudity, ",
    "Chinese terms": "裸体做爱吸毒自杀",
    "Chinese terms apart": "裸.体做 爱",
    "half in pinyin": "裸ti做ai",
    "pinyin in one": "luotizuoaixidu",
    "parts of characters": "女干弓虽",
    "one character that is eighteen": "\ufdfa",
    "brackets around letters": "⒜⒝",
    "zero-width between": "n\u200bu\u200bd\u200be\u200b",
}
_MEASURES = {"prohibited": "recall", "evasions": "recall, disguised", "benign": "false alarms"}


def _seconds(text: str) -> float:
    """What the checks of ``text`` take of a core."""
    start = time.process_time()
    is_stopped(text)
    return time.process_time() - start


class Command(BaseCommand):
    help = (
        "Measure the screening of requirements on the corpus; every share with its 95 % interval."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--misses",
            action="store_true",
            help="Show what is misjudged in the parts for tuning. The other parts stay unseen.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rows = list(read_corpus(settings.BASE_DIR / "benchmarks" / "prompt_screening"))
        is_stopped("warm up")
        start = time.perf_counter()
        stopped = {row for row in rows if is_stopped(row.prompt)}
        spent = time.perf_counter() - start
        self.stdout.write("| part | language | measure | prompts | share | 95 % |")
        self.stdout.write("| --- | --- | --- | --- | --- | --- |")
        for part in PARTS:
            for language in LANGUAGES:
                for kind in LISTS:
                    chosen = [
                        r for r in rows if (r.part, r.language, r.kind) == (part, language, kind)
                    ]
                    self._line(part, language, _MEASURES[kind], chosen, stopped)
        self.stdout.write("\nDisguises, all parts:\n")
        disguised = sorted(
            (row for row in rows if row.kind == "evasions"), key=lambda r: (r.language, r.group)
        )
        for (language, group), members in groupby(disguised, lambda r: (r.language, r.group)):
            self._line("all", language, group, list(members), stopped)
        self.stdout.write(f"\n{len(rows)} prompts, {1000 * spent / len(rows):.2f} ms each.")
        self._hostile()
        if options["misses"]:
            self._misses(rows, stopped)

    def _hostile(self) -> None:
        """The slowest of texts that are made to be slow, as long as a prompt may be."""
        spent = {}
        for name, unit in _HOSTILE.items():
            text = (unit * MAX_PROMPT)[:MAX_PROMPT]
            spent[name] = min(_seconds(text) for _ in range(3))
        name = max(spent, key=lambda each: spent[each])
        self.stdout.write(
            f"Of {len(spent)} hostile texts of {MAX_PROMPT} characters the slowest takes "
            f"{1000 * spent[name]:.0f} ms of a core ({name})."
        )

    def _line(
        self, part: str, language: str, measure: str, rows: list[Row], stopped: set[Row]
    ) -> None:
        share = share_of(rows, stopped)
        low, high = share.interval
        self.stdout.write(
            f"| {part} | {language} | {measure} | {share.stopped} of {share.total} "
            f"| {share.value:.1%} | {low:.1%} to {high:.1%} |"
        )

    def _misses(self, rows: list[Row], stopped: set[Row]) -> None:
        for row in rows:
            if row.part in SHOWN and (row in stopped) == (row.kind == "benign"):
                self.stdout.write(f"{row.language} {row.kind} {row.group}: {row.prompt}")
