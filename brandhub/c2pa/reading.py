"""Reading the manifest of a file, and what is wrong with it."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any

from brandhub.c2pa.identity import signer_name
from brandhub.c2pa.library import library, settings_for


class NoCredentials(Exception):
    """The file carries no manifest."""


class UnreadableCredentials(Exception):
    """The file carries a manifest that is broken, or is no file of its kind."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a manifest says, and whether it is to be believed."""

    #: From the certificate. Anybody can make one that says this, unless nothing failed.
    signed_by: str
    #: C2PA's codes of what does not hold, in its order; without any the signer is trusted.
    failures: tuple[str, ...]
    #: Contents of the active manifest's assertions, by label.
    assertions: dict[str, Any]


def read_credentials(data: bytes, *, content_type: str, anchors: str) -> Credentials:
    """The active manifest of a file, checked against its bytes and against ``anchors`` (PEM).

    Raises ``NoCredentials`` and ``UnreadableCredentials``.
    """
    c2pa = library()
    try:
        with (
            c2pa.Context.from_dict(settings_for(anchors)) as context,
            c2pa.Reader(content_type, io.BytesIO(data), context=context) as reader,
        ):
            told = json.loads(reader.json())
    except c2pa.C2paError.ManifestNotFound as error:
        raise NoCredentials from error
    except c2pa.C2paError as error:
        raise UnreadableCredentials(str(error)) from error
    manifest = told["manifests"][told["active_manifest"]]
    signature = manifest.get("signature_info") or {}
    results = told["validation_results"]["activeManifest"]
    failures = tuple(each["code"] for each in results["failure"])
    return Credentials(
        signed_by=signer_name(signature.get("common_name"), signature.get("issuer")),
        # A state that names no failure and is no trust must not pass as one.
        failures=failures or (() if told["validation_state"] == "Trusted" else ("untrusted",)),
        assertions={each["label"]: each["data"] for each in manifest["assertions"]},
    )
