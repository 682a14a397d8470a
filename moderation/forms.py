"""What reviewers enter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from moderation.reasons import ReasonCode

_MAX_COMMENT = 2000


class ApproveForm(forms.Form):
    """A chosen picture, bound to the pixels that the page showed: ``<candidate>:<sha256>``."""

    picture = forms.CharField(
        required=False,
        validators=[RegexValidator(r"\A[0-9a-f-]{36}:[0-9a-f]{64}\Z")],
        error_messages={"invalid": _("Choose a picture first.")},
    )
    comment = forms.CharField(label=_("Comment"), required=False, max_length=_MAX_COMMENT)

    def chosen(self) -> dict[str, Any]:
        """``candidate_id`` and ``pixel_sha256``; both empty where nothing was chosen."""
        candidate_id, _colon, pixel_sha256 = self.cleaned_data["picture"].partition(":")
        return {"candidate_id": candidate_id or None, "pixel_sha256": pixel_sha256}


class RejectForm(forms.Form):
    reason_codes = forms.MultipleChoiceField(
        label=_("Reasons"),
        choices=ReasonCode.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one reason.")},
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=_MAX_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ChangesForm(forms.Form):
    comment = forms.CharField(
        label=_("What should change?"),
        max_length=_MAX_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person who asked reads this and can ask again with changes."),
        error_messages={"required": _("Say what should change.")},
    )
