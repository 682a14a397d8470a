"""Everything that is asked of a style pack before anything of it is written."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from brandhub.accounts.models import ApiClient, Brand
from brandhub.common.errors import FieldError, InvalidInput
from brandhub.common.pictures import clean_picture
from brandhub.common.validation import refuse_invalid
from brandhub.inference.adapter_files import AdapterFacts
from styles.adapters.states import AdapterSource, AdapterStatus
from styles.adapters.uploading import inspect_upload
from styles.composition import resolve_tags
from styles.logos.badges import badge_for
from styles.logos.uploading import cleaned_logo
from styles.models import (
    AdapterRevision,
    BaseModel,
    BrandLogo,
    PinnedAdapter,
    ReferenceImage,
    Style,
    StyleRevision,
)
from styles.packs.archive import MANIFEST, PackArchive, open_pack, refused
from styles.packs.manifest import PackManifest, member_name, read_manifest
from styles.references.likeness import ALIKE, likeness_of, nearest
from styles.references.rights import require_rights
from styles.services.pinning import check_stack
from styles.services.revisions import check_values


@dataclass(frozen=True, slots=True)
class CheckedPicture:
    """A picture drawn anew, as a PNG that lies at ``png`` while the check lasts."""

    png: Path
    sha256: str
    width: int
    height: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CheckedReference(CheckedPicture):
    """A reference with its caption and rights."""

    likeness: str

    def as_row(self, brand: Brand, client: ApiClient | None) -> ReferenceImage:
        """The row that the library would have of it, unsaved."""
        return ReferenceImage(
            brand=brand,
            client=client,
            in_library=True,
            file_sha256=self.sha256,
            likeness=self.likeness,
            width=self.width,
            height=self.height,
            **self.values,
        )


@dataclass(frozen=True, slots=True)
class CheckedLogo(CheckedPicture):
    """The logo with what it asks for around itself."""

    def as_row(self, brand: Brand) -> BrandLogo:
        """The row that the brand would have of it, unsaved."""
        return BrandLogo(
            brand=brand,
            file_sha256=self.sha256,
            width=self.width,
            height=self.height,
            **self.values,
        )


@dataclass(frozen=True, slots=True)
class CheckedAdapter:
    """An adapter whose header is sound; the rest is for a worker to say."""

    archive: PackArchive
    entry: Mapping[str, Any]
    facts: AdapterFacts

    @property
    def slug(self) -> str:
        return str(self.entry["slug"])

    @property
    def name(self) -> str:
        return str(self.entry["name"])

    @property
    def weight(self) -> float:
        return float(self.entry["weight"])

    def open(self) -> IO[bytes]:
        """The file."""
        return self.archive.open(member_name("adapters", self.entry["sha256"]))

    def as_row(self, base_model: BaseModel, client: ApiClient | None) -> AdapterRevision:
        """The revision that the brand would have of it, unsaved and without brand and number."""
        told = self.facts.alpha
        return AdapterRevision(
            source=AdapterSource.PACK,
            base_model=base_model,
            client=client,
            file_sha256=self.entry["sha256"],
            file_size=self.entry["bytes"],
            layout=self.facts.layout,
            rank=self.facts.rank,
            alpha=told if told is not None and told > 0 else None,
            trigger_words=self.entry["trigger_words"],
            trained_on=self.facts.trained_on,
            rights_holder=self.entry["rights_holder"],
            licence=self.entry["licence"],
        )

    def known_in(self, brand: Brand, base_model: BaseModel) -> AdapterRevision | None:
        """The brand's own revision of the same weights, a usable one first; None without one.

        One that was refused says nothing: the file is checked again.
        """
        sha256 = self.entry["sha256"]
        rows = AdapterRevision.objects.filter(
            Q(canonical_sha256=sha256) | Q(file_sha256=sha256), brand=brand, base_model=base_model
        ).exclude(status=AdapterStatus.REFUSED)
        return min(
            rows.select_related("adapter"),
            key=lambda row: (row.status == AdapterStatus.DEPRECATED, row.number),
            default=None,
        )


@dataclass(frozen=True, slots=True)
class CheckedPack:
    """A pack in which everything is as it must be; the brand's own state is another question."""

    manifest: PackManifest
    manifest_sha256: str
    base_model: BaseModel
    references: tuple[CheckedReference, ...]
    adapters: tuple[CheckedAdapter, ...]
    logo: CheckedLogo | None


@contextmanager
def check_pack(file: IO[bytes], size: int, *, brand: Brand) -> Iterator[CheckedPack]:
    """Check the pack in ``file`` (``size`` bytes) for ``brand``, from the cheap to the dear.

    What is drawn anew lies in a folder that is gone at the end. Raises what
    :func:`~styles.packs.archive.open_pack` and :func:`~styles.packs.manifest.read_manifest` raise,
    and ``InvalidInput``: ``pack_member_missing``, ``pack_member_unlisted``, ``size_mismatch``,
    ``checksum_mismatch``, ``base_model_unknown``, ``duplicate_reference``, and for each part what
    its own upload would be refused with, under a pointer into the manifest.
    """
    archive = open_pack(file, size)
    content = archive.manifest()
    manifest = read_manifest(content)
    _match_members(archive, manifest)
    base_model = _base_model(manifest)
    adapters = tuple(
        _adapter(archive, entry, f"/manifest/adapters/{index}")
        for index, entry in enumerate(manifest.adapters)
    )
    _check_recipe(manifest, base_model, adapters, brand)
    _check_palette(manifest)
    for name, (pointer, entry) in manifest.members.items():
        if archive.sha256_of(name) != entry["sha256"]:
            detail = _("A file of the pack is not what its manifest says.")
            raise refused("checksum_mismatch", detail, pointer)
    with tempfile.TemporaryDirectory(prefix="brandhub-pack-") as folder:
        references = _references(archive, manifest, Path(folder), brand)
        logo = _logo(archive, manifest, Path(folder), brand)
        yield CheckedPack(
            manifest=manifest,
            manifest_sha256=hashlib.sha256(content).hexdigest(),
            base_model=base_model,
            references=references,
            adapters=adapters,
            logo=logo,
        )


def _match_members(archive: PackArchive, manifest: PackManifest) -> None:
    for name, (pointer, entry) in manifest.members.items():
        if name not in archive.members:
            detail = _("The pack lacks a file that its manifest names.")
            raise refused("pack_member_missing", detail, pointer)
        if archive.members[name].size != entry["bytes"]:
            detail = _("A file of the pack is not what its manifest says.")
            raise refused("size_mismatch", detail, pointer)
    for name in archive.members:
        if name != MANIFEST and name not in manifest.members:
            detail = _("The pack holds a file that its manifest does not name.")
            raise refused("pack_member_unlisted", detail)


def _base_model(manifest: PackManifest) -> BaseModel:
    told = manifest.base_model
    model = BaseModel.objects.filter(content_hash=told["content_hash"]).first()
    if model is None:
        detail = _("The style draws with %(name)s, which this installation does not have.") % {
            "name": told["name"]
        }
        raise refused("base_model_unknown", detail, "/manifest/base_model")
    return model


def _adapter(archive: PackArchive, entry: Mapping[str, Any], pointer: str) -> CheckedAdapter:
    with _under(pointer), archive.open(member_name("adapters", entry["sha256"])) as file:
        return CheckedAdapter(archive, entry, inspect_upload(file, entry["bytes"]))


def _check_recipe(
    manifest: PackManifest, model: BaseModel, adapters: tuple[CheckedAdapter, ...], brand: Brand
) -> None:
    # Trimmed, as it would be kept.
    told = {**manifest.style, "name": manifest.style["name"].strip()}
    style = Style(brand=brand, **told)
    with _under("/manifest/style"):
        refuse_invalid(style, exclude=["brand"])
    revision = StyleRevision(style=style, number=1, base_model=model, **manifest.revision)
    with _under("/manifest/revision"):
        check_values(revision)
    with _under("/manifest"):
        check_stack(
            revision,
            [
                PinnedAdapter(
                    revision=revision,
                    adapter_revision=adapter.as_row(model, None),
                    weight=adapter.weight,
                )
                for adapter in adapters
            ],
            statuses=frozenset({AdapterStatus.UPLOADED}),
        )


def _check_palette(manifest: PackManifest) -> None:
    names = set()
    for index, colour in enumerate(manifest.palette):
        if colour["name"] in names:
            detail = _("The pack names a colour twice.")
            raise refused("manifest_invalid", detail, f"/manifest/palette/{index}")
        names.add(colour["name"])


def _references(
    archive: PackArchive, manifest: PackManifest, folder: Path, brand: Brand
) -> tuple[CheckedReference, ...]:
    found: list[CheckedReference] = []
    for index, entry in enumerate(manifest.references):
        pointer = f"/manifest/references/{index}"
        name = member_name("references", entry["sha256"])
        with _under(pointer), archive.open(name) as file:
            picture = clean_picture(file, size=entry["bytes"])
            values = {key: entry[key] for key in ("title", "rights_holder", "licence")}
            reference = CheckedReference(
                *_spooled(picture.png, folder),
                picture.width,
                picture.height,
                values | {"tags": resolve_tags(entry["tags"])},
                likeness_of(picture.png),
            )
            refuse_invalid(reference.as_row(brand, None), exclude=["brand", "client", "tags"])
        twin = nearest(reference.likeness, [each.likeness for each in found])
        same = reference.sha256 in {each.sha256 for each in found}
        if same or (twin is not None and twin[1] <= ALIKE):
            detail = _("Two pictures of the pack look the same.")
            raise refused("duplicate_reference", detail, pointer)
        found.append(reference)
    with _under("/manifest"):
        require_rights(brand, [each.as_row(brand, None) for each in found])
    return tuple(found)


def _logo(
    archive: PackArchive, manifest: PackManifest, folder: Path, brand: Brand
) -> CheckedLogo | None:
    entry = manifest.logo
    if entry is None:
        return None
    with _under("/manifest/logo"), archive.open(member_name("logo", entry["sha256"])) as file:
        kept = cleaned_logo(file, entry["bytes"])
        values = {name: entry[name] for name in ("clear_space", "minimum_size")}
        logo = CheckedLogo(*_spooled(kept.png, folder), kept.width, kept.height, values)
        row = logo.as_row(brand)
        refuse_invalid(row, exclude=["brand"])
    with _under("/manifest/revision"):
        badge_for(StyleRevision(**manifest.revision), row)
    return logo


def _spooled(content: bytes, folder: Path) -> tuple[Path, str]:
    """Where ``content`` lies until the end of the check, and its SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = folder / sha256
    path.write_bytes(content)
    return path, sha256


@contextmanager
def _under(pointer: str) -> Iterator[None]:
    """Let the pointers of what is refused inside start at ``pointer``."""
    try:
        yield
    except InvalidInput as mistake:
        errors = [
            FieldError(pointer + error.pointer.removeprefix("/file"), error.code, error.detail)
            for error in mistake.errors
        ]
        raise InvalidInput(mistake.detail, code=mistake.error_code, errors=errors) from mistake
