"""Taking in a style pack: all of it is checked first, then all of it is written, as a draft."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from django.db import transaction

from brandhub.accounts.models import ApiClient, Brand
from brandhub.audit.record import Actor, record
from brandhub.common.storage import store
from brandhub.common.validation import refuse_invalid
from styles.adapters.uploading import add_revision
from styles.logos.uploading import add_logo
from styles.models import AdapterRevision, PinnedReference, ReferenceImage, Style, StyleRevision
from styles.packs.checking import CheckedAdapter, CheckedPack, check_pack
from styles.packs.conflicts import ImportChoices, refuse_conflicts
from styles.references.collecting import DuplicateReference, add_to_library
from styles.services.palette import set_colour
from styles.services.pinning import pin_imported
from styles.services.revisions import create_revision
from styles.services.styles import create_style


@dataclass(slots=True)
class ImportedPack:
    """The draft that came of a pack, and what is new in the brand beside it."""

    revision: StyleRevision
    references_added: int = 0
    references_known: int = 0
    #: A worker checks these; the draft is published after that.
    adapters_added: list[AdapterRevision] = field(default_factory=list)
    adapters_known: int = 0
    colours_added: int = 0
    logo_added: bool = False


def import_pack(
    *,
    actor: Actor,
    brand: Brand,
    file: IO[bytes],
    size: int,
    client: ApiClient | None = None,
    choices: ImportChoices | None = None,
) -> ImportedPack:
    """Make the pack in ``file`` (``size`` bytes) a draft of a style of ``brand``.

    Pictures are drawn anew, and one that the library has is used from there; adapters go to the
    worker's check like any upload. Raises what :func:`~styles.packs.checking.check_pack` raises,
    and ``PackConflict`` that names everything of the brand that stands in the way. No row and no
    file is kept then.
    """
    choices = choices or ImportChoices()
    with receive_pack(brand=brand, file=file, size=size, choices=choices) as pack:
        return write_pack(actor=actor, brand=brand, pack=pack, client=client, choices=choices)


@contextmanager
def receive_pack(
    *, brand: Brand, file: IO[bytes], size: int, choices: ImportChoices
) -> Iterator[CheckedPack]:
    """Check the pack in ``file`` and store its files.

    The half of an import that takes as long as the pack is large, and for which no transaction is
    to wait. Raises what :func:`import_pack` raises.
    """
    if choices.slug:
        refuse_invalid(Style(brand=brand, slug=choices.slug, name="-"), exclude=["brand"])
    with check_pack(file, size, brand=brand) as pack:
        refuse_conflicts(brand, pack, choices)
        _store_files(brand, pack, with_logo=choices.logo == "add")
        yield pack


@transaction.atomic
def write_pack(
    *,
    actor: Actor,
    brand: Brand,
    pack: CheckedPack,
    choices: ImportChoices,
    client: ApiClient | None = None,
) -> ImportedPack:
    """Write the rows of a received ``pack``. Raises ``PackConflict``."""
    # Under the brand's lock, what is asked once more stays true until it is written.
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    refuse_conflicts(brand, pack, choices)
    return _write(actor, brand, client, pack, choices)


def _store_files(brand: Brand, pack: CheckedPack, *, with_logo: bool) -> None:
    """Files first, rows after them; what a refusal leaves here no row names."""
    pictures = [reference.png for reference in pack.references]
    if with_logo and pack.logo is not None:
        pictures.append(pack.logo.png)
    for path in pictures:
        with path.open("rb") as content:
            store().put_stream(brand.public_id, content)
    for adapter in pack.adapters:
        with adapter.open() as content:
            store().put_stream(brand.public_id, content)


def _write(
    actor: Actor, brand: Brand, client: ApiClient | None, pack: CheckedPack, choices: ImportChoices
) -> ImportedPack:
    manifest = pack.manifest
    slug = choices.slug or manifest.style["slug"]
    style = Style.objects.filter(brand=brand, slug=slug).first()
    if style is None:
        style = create_style(
            actor=actor,
            brand=brand,
            slug=slug,
            name=manifest.style["name"],
            description=manifest.style["description"],
        )
    revision = create_revision(
        actor=actor, style=style, base_model=pack.base_model, **manifest.revision
    )
    imported = ImportedPack(revision)
    _add_brand_parts(actor, brand, pack, choices, imported)
    _add_references(actor, brand, client, pack, imported)
    pin_imported(
        revision=revision,
        pins=[
            (_adapter(actor, brand, client, pack, adapter, imported), adapter.weight)
            for adapter in pack.adapters
        ],
    )
    record(
        actor=actor,
        action="style_pack.imported",
        of=revision,
        brand=brand,
        manifest_sha256=pack.manifest_sha256,
    )
    return imported


def _add_brand_parts(
    actor: Actor, brand: Brand, pack: CheckedPack, choices: ImportChoices, imported: ImportedPack
) -> None:
    if choices.palette == "add":
        known = set(brand.palette.values_list("name", flat=True))
        for colour in pack.manifest.palette:
            if colour["name"] not in known:
                place = len(known) + imported.colours_added
                set_colour(actor=actor, brand=brand, position=place, **colour)
                imported.colours_added += 1
    # Without conflicts, a brand that has a logo has this one.
    if choices.logo == "add" and pack.logo is not None and not brand.logos.exists():
        add_logo(actor=actor, logo=pack.logo.as_row(brand))
        imported.logo_added = True


def _add_references(
    actor: Actor,
    brand: Brand,
    client: ApiClient | None,
    pack: CheckedPack,
    imported: ImportedPack,
) -> None:
    kept: dict[object, ReferenceImage] = {}
    for reference in pack.references:
        try:
            image = add_to_library(actor=actor, image=reference.as_row(brand, client))
            imported.references_added += 1
        except DuplicateReference as known:
            image = ReferenceImage.objects.get(pk=str(known.extra["reference_id"]), brand=brand)
            imported.references_known += 1
        kept[image.pk] = image
    PinnedReference.objects.bulk_create(
        PinnedReference(revision=imported.revision, reference=image, position=position)
        for position, image in enumerate(kept.values())
    )


def _adapter(
    actor: Actor,
    brand: Brand,
    client: ApiClient | None,
    pack: CheckedPack,
    adapter: CheckedAdapter,
    imported: ImportedPack,
) -> AdapterRevision:
    known = adapter.known_in(brand, pack.base_model)
    if known is not None:
        imported.adapters_known += 1
        return known
    row = adapter.as_row(pack.base_model, client)
    added = add_revision(
        actor=actor, brand=brand, slug=adapter.slug, name=adapter.name, revision=row
    )
    imported.adapters_added.append(added)
    return added
