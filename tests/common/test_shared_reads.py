"""Shared reads: one for all who ask at once, and never one that began before the question."""

import asyncio
import threading
from collections.abc import Collection

import pytest

from brandhub.common.shared_reads import SharedReads


class Rows:
    """Something to read that can be held up, and that notes what it was asked for."""

    def __init__(self) -> None:
        self.value = 0
        self.asked: list[set[str]] = []
        self.began = threading.Event()
        self.may_end = threading.Event()
        self.may_end.set()
        self.error: Exception | None = None

    def read(self, keys: Collection[str]) -> dict[str, int]:
        value, error = self.value, self.error
        self.asked.append(set(keys))
        self.began.set()
        assert self.may_end.wait(60)
        if error is not None:
            raise error
        return dict.fromkeys(keys, value)


async def begun(rows: Rows) -> None:
    assert await asyncio.to_thread(rows.began.wait, 60)


def test_who_asks_during_a_read_is_answered_by_the_next_one_for_all() -> None:
    rows = Rows()
    rows.may_end.clear()

    async def run() -> list[int]:
        reads = SharedReads(rows.read)
        first = asyncio.create_task(reads.ask("a"))
        await begun(rows)
        rows.value = 1
        later = [asyncio.create_task(reads.ask(key)) for key in ("a", "a", "b")]
        await asyncio.sleep(0)
        rows.may_end.set()
        return [await first, *[await each for each in later]]

    assert asyncio.run(run()) == [0, 1, 1, 1]
    assert rows.asked == [{"a"}, {"a", "b"}]


def test_an_error_is_told_to_whom_it_was_for_and_to_nobody_later() -> None:
    rows = Rows()
    rows.error = OSError("away")
    rows.may_end.clear()

    async def run() -> int:
        reads = SharedReads(rows.read)
        first = asyncio.create_task(reads.ask("a"))
        await begun(rows)
        rows.error = None
        later = asyncio.create_task(reads.ask("a"))
        await asyncio.sleep(0)
        rows.may_end.set()
        with pytest.raises(OSError, match="away"):
            await first
        return await later

    assert asyncio.run(run()) == 0


def test_who_leaves_disturbs_nobody() -> None:
    rows = Rows()
    rows.may_end.clear()

    async def run() -> int:
        reads = SharedReads(rows.read)
        leaving, staying = (asyncio.create_task(reads.ask("a")) for _ in range(2))
        await begun(rows)
        leaving.cancel()
        await asyncio.wait([leaving])
        rows.may_end.set()
        return await staying

    assert asyncio.run(run()) == 0
    assert rows.asked == [{"a"}]
