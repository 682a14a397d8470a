"""Counts by subject and tag, so that no corner of the vocabulary is left without pictures."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from brandhub.inference.training.corpus.store import CorpusDataset
from brandhub.vocabulary import CATEGORIES, category, tag_names


def count_cells(folder: Path) -> Counter[tuple[str, str]]:
    """How many pictures show each (subject, tag)."""
    cells: Counter[tuple[str, str]] = Counter()
    dataset = CorpusDataset(folder, split="all")
    for label in dataset.labels:
        tags = label["tags"]
        for name in tags:
            for value in tag_names(tags, name):
                cells[tags["subject"], f"{name}:{value}"] += 1
    return cells


def report(folder: Path, *, least: int) -> tuple[str, list[tuple[str, str]]]:
    """The subject × tag matrix as text, and the cells of the vocabulary with too few pictures."""
    cells = count_cells(folder)
    subjects = [value.name for value in category("subject").drawn]
    lines = [f"{'':24}" + "".join(f"{subject:>10}" for subject in subjects)]
    short = []
    for held in CATEGORIES:
        if held.name == "subject":
            continue
        for value in held.drawn:
            row = f"{value.tag:24}"
            for subject in subjects:
                if value.subjects and subject not in value.subjects:
                    row += f"{'·':>10}"
                    continue
                found = cells[subject, value.tag]
                row += f"{found:>9}{'!' if found < least else ' '}"
                if found < least:
                    short.append((subject, value.tag))
            lines.append(row)
    total = sum(cells[subject, f"subject:{subject}"] for subject in subjects)
    lines.append(f"{total} pictures; {len(short)} cells with fewer than {least}")
    lines.extend(f"  short: {subject} × {tag}: {cells[subject, tag]}" for subject, tag in short)
    return "\n".join(lines), short
