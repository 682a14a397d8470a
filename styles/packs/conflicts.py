"""What of a brand stands in a style pack's way: found all at once, and named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brandhub.accounts.models import Brand
from brandhub.common.errors import Conflict, FieldError
from styles.adapters.states import AdapterStatus
from styles.logos.uploading import current_logo
from styles.models import Adapter, Style
from styles.packs.checking import CheckedPack
from styles.states import RevisionStatus


@dataclass(frozen=True, slots=True)
class ImportChoices:
    """What becomes of what the brand has already.

    ``slug`` is the style's short name, the pack's own where it is empty. With ``join`` a style or
    an adapter of a name that is taken gets a further revision. ``leave`` keeps the brand's palette
    or logo as it is, where ``add`` takes the pack's and refuses what contradicts it.
    """

    slug: str = ""
    join: bool = False
    palette: Literal["add", "leave"] = "add"
    logo: Literal["add", "leave"] = "add"


class PackConflict(Conflict):
    """The brand has things that contradict the pack; ``conflicts`` names each."""

    code = "pack_conflicts"
    title = gettext_lazy("The brand has things that contradict the pack")

    def __init__(self, conflicts: list[FieldError]) -> None:
        super().__init__(" ".join(each.detail for each in conflicts), conflicts=conflicts)
        self.conflicts = tuple(conflicts)


def refuse_conflicts(brand: Brand, pack: CheckedPack, choices: ImportChoices) -> None:
    """Raise ``PackConflict`` with every one of these: ``style_slug_taken``, ``draft_exists``,
    ``adapter_slug_taken``, ``adapter_deprecated``, ``colour_conflict``, ``logo_conflict``.
    """
    conflicts = [
        *_of_style(brand, choices.slug or pack.manifest.style["slug"], join=choices.join),
        *_of_adapters(brand, pack, join=choices.join),
        *(_of_palette(brand, pack) if choices.palette == "add" else ()),
        *(_of_logo(brand, pack) if choices.logo == "add" else ()),
    ]
    if conflicts:
        raise PackConflict(conflicts)


def _of_style(brand: Brand, slug: str, *, join: bool) -> Iterator[FieldError]:
    style = Style.objects.filter(brand=brand, slug=slug).first()
    if style is None:
        return
    if not join:
        detail = _("The brand has a style %(slug)s already.") % {"slug": slug}
        yield FieldError("/slug", "style_slug_taken", detail)
    elif style.revisions.filter(status=RevisionStatus.DRAFT).exists():
        detail = _("The style %(slug)s has a draft already. Publish that one first.")
        yield FieldError("/slug", "draft_exists", detail % {"slug": slug})


def _of_adapters(brand: Brand, pack: CheckedPack, *, join: bool) -> Iterator[FieldError]:
    taken = set(
        Adapter.objects.filter(
            brand=brand, slug__in=[adapter.slug for adapter in pack.adapters]
        ).values_list("slug", flat=True)
    )
    for index, adapter in enumerate(pack.adapters):
        known = adapter.known_in(brand, pack.base_model)
        if known is not None and known.status == AdapterStatus.DEPRECATED:
            detail = _("The brand has deprecated %(adapter)s.") % {"adapter": known}
            yield FieldError(f"/adapters/{index}", "adapter_deprecated", detail)
        elif known is None and adapter.slug in taken and not join:
            detail = _("The brand has another adapter %(slug)s already.") % {"slug": adapter.slug}
            yield FieldError(f"/adapters/{index}", "adapter_slug_taken", detail)


def _of_palette(brand: Brand, pack: CheckedPack) -> Iterator[FieldError]:
    known = {colour.name: colour for colour in brand.palette.all()}
    for index, colour in enumerate(pack.manifest.palette):
        own = known.get(colour["name"])
        if own is not None and (own.hex.lower(), own.role, own.tolerance) != (
            colour["hex"].lower(),
            colour["role"],
            colour["tolerance"],
        ):
            detail = _("The palette has another colour %(name)s.") % {"name": own.name}
            yield FieldError(f"/palette/{index}", "colour_conflict", detail)


def _of_logo(brand: Brand, pack: CheckedPack) -> Iterator[FieldError]:
    own = current_logo(brand)
    if own is None or pack.logo is None:
        return
    theirs = pack.logo.as_row(brand)
    names = ("file_sha256", "clear_space", "minimum_size")
    if any(getattr(own, name) != getattr(theirs, name) for name in names):
        yield FieldError("/logo", "logo_conflict", _("The brand has another logo."))
