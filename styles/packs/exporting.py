"""Writing a published revision as a style pack."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from brandhub.audit.record import Actor, record
from brandhub.common.errors import Conflict, NotFound
from brandhub.common.storage import store
from styles.logos.uploading import current_logo
from styles.models import StyleRevision
from styles.packs.archive import MAX_BYTES, MAX_PICTURE_BYTES, write_pack
from styles.packs.manifest import MAX_COLOURS, member_name, write_manifest
from styles.services.revisions import SETTABLE
from styles.states import RevisionStatus

#: What is not written as it is: the model is named by its hash.
_RECIPE = sorted(SETTABLE - {"base_model"})


def export_pack(*, actor: Actor, revision_id: UUID, to: IO[bytes]) -> StyleRevision:
    """Write a published revision into ``to``, with references, adapters, palette and logo.

    The logo and the palette are today's, for a revision has none of its own; the logo is left out
    where the revision bears no badge. Adapters are written as they are drawn with: in the one
    layout. Raises ``NotFound``, ``Conflict`` (``revision_not_exportable``, ``pack_too_large``) and
    ``StoredFileMissing``; what was written to ``to`` by then means nothing.
    """
    revision = (
        StyleRevision.objects.select_related("style__brand", "base_model")
        .prefetch_related(
            "pinned_references__reference", "pinned_adapters__adapter_revision__adapter"
        )
        .filter(pk=revision_id)
        .first()
    )
    if revision is None:
        raise NotFound(_("There is no such revision."))
    if revision.status != RevisionStatus.PUBLISHED:
        raise Conflict(_("Only a published revision is exported."), code="revision_not_exportable")
    content = _Content(revision)
    manifest = write_manifest(content.manifest())
    _check_size(content.files)
    # Before the transaction: two gigabytes take longer than one may stay idle.
    write_pack(to, manifest, content.files)
    with transaction.atomic():
        record(
            actor=actor,
            action="style_pack.exported",
            of=revision,
            brand=revision.style.brand_id,
            files=len(content.files),
        )
    return revision


class _Content:
    """What a pack of one revision holds: the manifest's value, and the files by their names."""

    def __init__(self, revision: StyleRevision) -> None:
        self._revision = revision
        self._namespace = revision.style.brand.public_id
        self.files: list[tuple[str, Path]] = []

    def manifest(self) -> dict[str, Any]:
        revision = self._revision
        style, base_model = revision.style, revision.base_model
        return {
            "origin": {
                "brand": style.brand.name,
                "style": f"{style.brand.slug}/{style.slug}@{revision.number}",
                "exported_at": timezone.now().isoformat(timespec="seconds"),
            },
            "style": {
                "slug": style.slug,
                "name": style.name,
                "description": style.description[:2000],
            },
            "base_model": {
                "name": base_model.name,
                "family": base_model.family,
                "content_hash": base_model.content_hash,
            },
            "revision": {name: getattr(revision, name) for name in _RECIPE},
            "palette": [
                {name: getattr(colour, name) for name in ("name", "hex", "role", "tolerance")}
                for colour in style.brand.palette.all()[:MAX_COLOURS]
            ],
            "logo": self._logo(),
            "references": self._references(),
            "adapters": self._adapters(),
        }

    def _logo(self) -> dict[str, Any] | None:
        logo = current_logo(self._revision.style.brand) if self._revision.badge_corner else None
        if logo is None:
            return None
        return {
            **self._member("logo", logo.file_sha256),
            "clear_space": logo.clear_space,
            "minimum_size": logo.minimum_size,
        }

    def _references(self) -> list[dict[str, Any]]:
        images = [pin.reference for pin in self._revision.pinned_references.all()]
        return [
            {
                **self._member("references", image.file_sha256),
                "title": image.title,
                "tags": image.tags,
                "rights_holder": image.rights_holder,
                "licence": image.licence,
            }
            for image in images
        ]

    def _adapters(self) -> list[dict[str, Any]]:
        pins = self._revision.pinned_adapters.all()
        return [
            {
                **self._member("adapters", adapter.canonical_sha256),
                "slug": adapter.adapter.slug,
                "name": adapter.adapter.name,
                "weight": weight,
                "trigger_words": adapter.trigger_words,
                "rights_holder": adapter.rights_holder,
                "licence": adapter.licence,
            }
            for adapter, weight in ((pin.adapter_revision, pin.weight) for pin in pins)
        ]

    def _member(self, kind: str, sha256: str) -> dict[str, Any]:
        size = store().size_of(self._namespace, sha256)
        self.files.append((member_name(kind, sha256), store().path_of(self._namespace, sha256)))
        return {"sha256": sha256, "bytes": size}


def _check_size(files: list[tuple[str, Path]]) -> None:
    sizes = {name: path.stat().st_size for name, path in files}
    pictures = sum(size for name, size in sizes.items() if name.endswith(".png"))
    # A megabyte is more than manifest and headers take.
    if pictures > MAX_PICTURE_BYTES or sum(sizes.values()) > MAX_BYTES - 2**20:
        raise Conflict(
            _("This revision is too large for a pack: 100 MB of pictures, 2 GB in all."),
            code="pack_too_large",
        )
