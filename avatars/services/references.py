"""Reference images of a request: which roles a model takes, and how far drawing keeps to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from avatars.models import GenerationRequest, ReferenceRole, RequestReference
from brandhub.common.errors import FieldError, InvalidInput, NotFound, Refused
from styles.models import ReferenceImage, StyleRevision

#: Halfway: the picture's shapes and colours show, and what was asked is drawn.
DEFAULT_WEIGHT = 0.5

#: Of the steps, this share is still walked at weight 1: enough to take on the style's line.
_LEAST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class ReferenceUse:
    """A picture, what it is for, and how closely it is followed, from 0 to 1."""

    image: ReferenceImage
    role: str
    weight: float = DEFAULT_WEIGHT


def check_references(uses: Sequence[ReferenceUse], *, revision: StyleRevision) -> None:
    """Raise ``InvalidInput`` for what the style's model cannot use, and ``Refused``
    (``reference_of_another``) for a picture of another brand. Nothing is ignored in silence.
    """
    errors = []
    roles = [use.role for use in uses]
    for index, use in enumerate(uses):
        if use.image.brand_id != revision.style.brand_id:
            raise Refused(
                _("This reference image belongs to another brand."), code="reference_of_another"
            )
        if use.role not in ReferenceRole.values or revision.steps < 2:
            errors.append(_refusal(index, "reference_role_unsupported", use.role))
        elif roles.index(use.role) != index:
            errors.append(_refusal(index, "reference_role_twice", use.role))
        elif not 0 <= use.weight <= 1:
            errors.append(
                FieldError(f"/reference_images/{index}/weight", "out_of_range", _("From 0 to 1."))
            )
    if errors:
        raise InvalidInput(
            _("The style's model cannot use these reference images so."),
            code=errors[0].code,
            errors=errors,
        )


def strength_for(uses: Sequence[ReferenceUse], *, steps: int) -> float:
    """The share of ``steps`` to walk from noise; 1 without a picture to start from.

    At least one step is walked and at least one is not, so that neither picture nor words are
    ever without effect.
    """
    start = next((use for use in uses if use.role == ReferenceRole.IMG2IMG), None)
    if start is None:
        return 1.0
    wanted = round(steps * (1 - start.weight * (1 - _LEAST_SHARE)))
    walked = min(max(wanted, 1), steps - 1)
    # The middle between two steps, so that no rounding on the way changes their number.
    return (walked + 0.5) / steps


def attach_references(
    request: GenerationRequest, uses: Sequence[ReferenceUse]
) -> list[RequestReference]:
    """Write down what a request refers to. Called in the transaction that creates it.

    Raises ``NotFound`` (``reference_image_not_found``) for one that was removed since it was read.
    """
    pictures = ReferenceImage.objects.filter(pk__in=[use.image.pk for use in uses])
    # Locked, so that none is removed before its use is there to be seen.
    there = pictures.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)
    if uses and len(there) < len({use.image.pk for use in uses}):
        raise NotFound(
            _("There is no such reference image."),
            code="reference_image_not_found",
            pointer="/reference_images",
        )
    return RequestReference.objects.bulk_create(
        RequestReference(request=request, image=use.image, role=use.role, weight=use.weight)
        for use in uses
    )


_SENTENCES = {
    "reference_role_unsupported": gettext_lazy("The style's model does not take the role {role}."),
    "reference_role_twice": gettext_lazy("One picture for the role {role} is enough."),
}


def _refusal(index: int, code: str, role: str) -> FieldError:
    return FieldError(
        f"/reference_images/{index}/role", code, str(_SENTENCES[code]).format(role=role)
    )
