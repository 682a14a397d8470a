"""Putting a signed manifest into a file."""

from __future__ import annotations

import functools
import io
import threading
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

from brandhub.c2pa.identity import Identity, UnusableIdentity, identity, now
from brandhub.c2pa.library import library, settings_for

#: After a failure nothing is tried for so long: why it failed is seldom gone a moment later, and
#: every file that is asked for meanwhile would be made anew for nothing.
REST_SECONDS = 60.0


class NotSigned(Exception):
    """A file could not be signed; the sentence says why."""


class Signer:
    """Signs files in one name, in any thread. After a failure it rests."""

    def __init__(self, who: Identity, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.who = who
        self._clock = clock
        self._rests_until = float("-inf")
        self._context: Any = None
        self._making = threading.Lock()

    @property
    def rests(self) -> bool:
        """Whether it failed so lately that it is not worth asking."""
        return self._clock() < self._rests_until

    def sign(self, data: bytes, *, content_type: str, manifest: dict[str, Any]) -> bytes:
        """``data`` with the signed manifest in it, its pixels as they were, proved readable.

        Raises ``NotSigned``, and rests from then on.
        """
        try:
            self.who.refuse_time(now())
            c2pa = library()
        except (UnusableIdentity, ImportError, OSError, RuntimeError) as error:
            raise self._failed(error) from error
        try:
            builder = c2pa.Builder(manifest, context=self._shared_context(c2pa))
            signed = io.BytesIO()
            builder.sign(content_type, io.BytesIO(data), signed)
        except c2pa.C2paError as error:
            raise self._failed(error) from error
        return signed.getvalue()

    def _failed(self, error: Exception) -> NotSigned:
        self._rests_until = self._clock() + REST_SECONDS
        return NotSigned(str(error))

    def _shared_context(self, c2pa: ModuleType) -> Any:
        """Reading certificates and key costs more than signing; threads may share what is read."""
        with self._making:
            if self._context is None:
                info = c2pa.C2paSignerInfo(
                    self.who.algorithm,
                    self.who.certificates.encode(),
                    self.who.key.encode(),
                    None,
                )
                self._context = c2pa.Context.from_dict(
                    settings_for(self.who.anchors), signer=c2pa.Signer.from_info(info)
                )
            return self._context


def signer() -> Signer | None:
    """This process's signer; None where files go out unsigned. Raises ``UnusableIdentity``."""
    who = identity()
    return _signer(who) if who is not None else None


@functools.lru_cache(maxsize=1)
def _signer(who: Identity) -> Signer:
    return Signer(who)
