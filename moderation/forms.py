"""What reviewers enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import User
from brandhub.common.forms import PageForm
from moderation.services.cases import MAX_COMMENT
from moderation.states import ReasonCode


class ApproveForm(forms.Form):
    """A chosen picture, bound to the pixels that the page showed: ``<candidate>:<sha256>``."""

    picture = forms.CharField(
        required=False,
        validators=[RegexValidator(r"\A[0-9a-f-]{36}:[0-9a-f]{64}\Z")],
        error_messages={"invalid": _("Choose a picture first.")},
    )
    override = forms.BooleanField(
        label=_("Approve it against the checks; the comment says why."), required=False
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=MAX_COMMENT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def decision(self) -> dict[str, Any]:
        """The cleaned values as the service takes them."""
        candidate_id, _colon, pixel_sha256 = self.cleaned_data["picture"].partition(":")
        return {
            "candidate_id": UUID(candidate_id) if candidate_id else None,
            "pixel_sha256": pixel_sha256,
            "override": self.cleaned_data["override"],
            "comment": self.cleaned_data["comment"],
        }


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
        max_length=MAX_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ChangesForm(forms.Form):
    comment = forms.CharField(
        label=_("What should change?"),
        max_length=MAX_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person who asked reads this and can ask again with changes."),
        error_messages={"required": _("Say what should change.")},
    )


class CommentForm(forms.Form):
    text = forms.CharField(
        label=_("Comment"),
        max_length=MAX_COMMENT,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say it in words.")},
    )


class EscalateForm(forms.Form):
    comment = forms.CharField(
        label=_("Why should a manager decide?"),
        max_length=MAX_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The page has several forms with a comment.
        super().__init__(*args, **{"auto_id": "escalate_%s", **kwargs})


class AssignForm(forms.Form):
    """One of those who may decide, or nobody in particular."""

    assignee = forms.ChoiceField(label=_("Assign to"), required=False)

    def __init__(self, *args: Any, people: Sequence[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(str(each.pk), each.get_full_name() or each.username) for each in people]
        self.fields["assignee"].choices = [("", _("everybody")), *names]  # type: ignore[attr-defined]


class DelegateForm(PageForm):
    """A colleague, and until when."""

    delegate = forms.ChoiceField(label=_("Colleague"))
    until = forms.DateTimeField(
        label=_("Until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        help_text=_("In UTC, at most 90 days ahead."),
    )

    def __init__(self, *args: Any, people: Sequence[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(str(each.pk), each.get_full_name() or each.username) for each in people]
        self.fields["delegate"].choices = names  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """The cleaned values as the service takes them."""
        return {
            "delegate_id": UUID(self.cleaned_data["delegate"]),
            "until": self.cleaned_data["until"],
        }
