"""The brand's policy on rights: no picture is used whose rights nobody noted."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from brandhub.accounts.models import Brand
from brandhub.common.errors import FieldError, InvalidInput
from styles.models import ReferenceImage


def require_rights(brand: Brand, images: Sequence[ReferenceImage]) -> None:
    """Raise ``InvalidInput`` (``rights_missing``) where the brand's policy asks for rights and one
    of ``images`` lacks them.
    """
    if brand.references_need_rights:
        lacking = [image for image in images if not image.has_rights]
        if lacking:
            named = ", ".join(str(image) for image in lacking[:5])
            detail = _("Rights holder and licence are missing: %(pictures)s.") % {"pictures": named}
            raise InvalidInput(
                detail,
                code="rights_missing",
                errors=[FieldError("/references", "rights_missing", detail)],
            )
