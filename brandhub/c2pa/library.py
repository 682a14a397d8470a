"""The C2PA library, loaded when it is first needed: what it is told to do and what to leave."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

from brandhub.c2pa.identity import USAGES


@cache
def library() -> ModuleType:
    """The bindings. Raises ``ImportError``, ``OSError`` or ``RuntimeError`` without the library."""
    import c2pa

    return c2pa


def settings_for(anchors: str) -> dict[str, Any]:
    """Settings of a context that trusts ``anchors``, asks nobody on the network, and checks what
    it has signed.
    """
    return {
        "version": 1,
        "trust": {"trust_anchors": anchors, "trust_config": "\n".join(USAGES)},
        "verify": {
            "verify_after_sign": True,
            "remote_manifest_fetch": False,
            "ocsp_fetch": False,
        },
        # A picture of the picture, a hundred times as large as all that is said about it.
        "builder": {"thumbnail": {"enabled": False}},
    }
