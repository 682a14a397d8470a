"""A fault proxy in front of Valkey: passes, delays, goes half open or refuses."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from enum import Enum
from pathlib import Path


class Fault(Enum):
    """What the proxy does with bytes and with new connections."""

    NONE = "passes everything"
    SLOW = "delays every piece"
    HALF_OPEN = "accepts, and answers nothing"
    DOWN = "refuses"


#: Longer than the product's patience with Redis (one second), so that SLOW is felt as a fault.
DELAY_SECONDS = 1.5


class FaultProxy:
    """Forwards a Unix socket to another one, in a thread of its own."""

    def __init__(self, listen: Path, target: Path) -> None:
        self._listen = listen
        self._target = target
        self._fault = Fault.NONE
        #: Pieces delayed or held back, connections refused or cut: how often a fault was felt.
        self.felt = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._ending: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="fault-proxy", daemon=True)

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end)
        self._thread.join(10)
        self._listen.unlink(missing_ok=True)

    def be(self, fault: Fault) -> None:
        """Behave so from now on. Going down also cuts what is connected."""
        self._fault = fault
        if fault is Fault.DOWN:
            self._loop.call_soon_threadsafe(self._cut)

    def _end(self) -> None:
        self._ending = self._loop.create_task(self._cancel_all())

    async def _cancel_all(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        self._loop.stop()

    def _cut(self) -> None:
        for writer in list(self._writers):
            self.felt += 1
            writer.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(
            asyncio.start_unix_server(self._serve, path=str(self._listen))
        )
        self._ready.set()
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._fault is Fault.DOWN:
            self.felt += 1
            writer.close()
            return
        with contextlib.suppress(OSError, asyncio.CancelledError):
            upstream = await asyncio.open_unix_connection(str(self._target))
            self._writers |= {writer, upstream[1]}
            await asyncio.gather(self._pump(reader, upstream[1]), self._pump(upstream[0], writer))
            self._writers -= {writer, upstream[1]}

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                self.felt += self._fault is not Fault.NONE
                while self._fault is Fault.HALF_OPEN:
                    await asyncio.sleep(0.05)
                if self._fault is Fault.SLOW:
                    await asyncio.sleep(DELAY_SECONDS)
                sink.write(data)
                await sink.drain()
        sink.close()
