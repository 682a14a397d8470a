"""One read for all who ask at the same time, as a database commits for all who wait at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Hashable, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class SharedReads(Generic[Key, Value]):
    """Answers askers of one event loop by reads that go one at a time, in a thread.

    Whoever asks while a read runs is answered by the next one, together with all others who asked
    meanwhile. So every answer is of a read that began after its question: what was committed
    before somebody asked is in it. An error of the read is raised to all whom it was for.

    ``read`` is called with the keys that are asked for and gives a value for each of them.
    """

    def __init__(self, read: Callable[[Collection[Key]], Mapping[Key, Value]]) -> None:
        self._read = read
        self._asked: dict[Key, asyncio.Future[Value]] = {}
        # A task that nothing refers to may be collected before it ends.
        self._reading: asyncio.Task[None] | None = None

    async def ask(self, key: Key) -> Value:
        """The value of ``key`` now. Who is cancelled while waiting disturbs nobody else."""
        answer = self._asked.get(key)
        if answer is None:
            answer = self._asked[key] = asyncio.get_running_loop().create_future()
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_all(), name="shared reads")
        return await asyncio.shield(answer)

    async def _read_all(self) -> None:
        while self._asked:
            asked, self._asked = self._asked, {}
            try:
                values = await asyncio.to_thread(self._read, asked.keys())
            except Exception as error:  # noqa: BLE001 - it is raised where it was asked for
                for answer in asked.values():
                    answer.set_exception(error)
                    # Whoever asked may have left; then nobody fetches the error.
                    answer.exception()
            else:
                for key, answer in asked.items():
                    answer.set_result(values[key])
