"""What reviewers enter."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from avatars.models import GenerationRequest
from avatars.services.submission import MAX_NEGATIVE_PROMPT, MAX_PROMPT
from brandhub.accounts.models import User
from brandhub.common.errors import InvalidInput
from brandhub.common.forms import PageForm
from moderation.services.cases import MAX_COMMENT
from moderation.states import ReasonCode
from styles.requirements import parse_requirement
from styles.tag_fields import TagsForm, initial_tags

#: What a page sends for a picture: a candidate's key, and the digest of the pixels it showed.
PICTURE = r"\A[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9a-f]{64}\Z"


def shown_picture(value: str) -> tuple[UUID | None, str]:
    """The two parts of what matches ``PICTURE``, or of nothing."""
    candidate_id, _colon, pixel_sha256 = value.partition(":")
    return (UUID(candidate_id) if candidate_id else None), pixel_sha256


def comment_field(*, rows: int = 3, **values: Any) -> forms.CharField:
    """Words of a reviewer; optional unless ``values`` say otherwise."""
    given: dict[str, Any] = {"label": _("Comment"), "required": False} | values
    return forms.CharField(
        max_length=MAX_COMMENT, widget=forms.Textarea(attrs={"rows": rows}), **given
    )


def reasons_field(**values: Any) -> forms.MultipleChoiceField:
    """Ticks for the fixed reasons."""
    return forms.MultipleChoiceField(
        label=_("Reasons"),
        choices=ReasonCode.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one reason.")},
        **values,
    )


class ApproveForm(forms.Form):
    """A chosen picture, bound to the pixels that the page showed: ``<candidate>:<sha256>``."""

    picture = forms.CharField(
        required=False,
        validators=[RegexValidator(PICTURE)],
        error_messages={"invalid": _("Choose a picture first.")},
    )
    override = forms.BooleanField(
        label=_("Approve it against the checks; the comment says why."), required=False
    )
    comment = comment_field(rows=2)

    def decision(self) -> dict[str, Any]:
        """The cleaned values as the service takes them."""
        candidate_id, pixel_sha256 = shown_picture(self.cleaned_data["picture"])
        return {
            "candidate_id": candidate_id,
            "pixel_sha256": pixel_sha256,
            "override": self.cleaned_data["override"],
            "comment": self.cleaned_data["comment"],
        }


class RejectForm(forms.Form):
    reason_codes = reasons_field()
    comment = comment_field()


class ChangesForm(TagsForm):
    """What should be different: in words to who asked, or as a requirement to draw at once."""

    comment = comment_field(
        label=_("What should change?"),
        required=True,
        help_text=_("The person who asked reads this and can ask again with changes."),
        error_messages={"required": _("Say what should change.")},
    )
    reason_codes = reasons_field(required=False)
    prompt = forms.CharField(
        label=_("What should it look like?"),
        required=False,
        max_length=MAX_PROMPT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    negative_prompt = forms.CharField(
        label=_("What must not show"), required=False, max_length=MAX_NEGATIVE_PROMPT
    )

    def decision(self) -> dict[str, Any]:
        """What is said to who asked. Valid forms only."""
        return {name: self.cleaned_data[name] for name in ("comment", "reason_codes")}

    def requirement(self) -> dict[str, Any]:
        """What is to be drawn instead. Valid forms only."""
        return {
            "prompt": self.cleaned_data["prompt"],
            "negative_prompt": self.cleaned_data["negative_prompt"],
            "tags": self.cleaned_tags(),
        }


class CommentForm(forms.Form):
    text = comment_field(rows=2, required=True, error_messages={"required": _("Say it in words.")})


class EscalateForm(forms.Form):
    comment = comment_field(
        label=_("Why should a manager decide?"),
        required=True,
        error_messages={"required": _("Say why.")},
    )


class AssignForm(forms.Form):
    """One of those who may decide, or nobody in particular."""

    assignee = forms.ChoiceField(label=_("Assign to"), required=False)

    def __init__(self, *args: Any, people: Sequence[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].choices = [  # type: ignore[attr-defined]
            ("", _("everybody")),
            *_named(people),
        ]


class DelegateForm(PageForm):
    """A colleague, and until when."""

    delegate_id = forms.ChoiceField(label=_("Colleague"))
    until = forms.DateTimeField(
        label=_("Until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        help_text=_("In UTC, at most 90 days ahead."),
    )
    #: Minutes by which the person's own time is ahead of UTC at that moment; a script says it.
    offset = forms.IntegerField(
        required=False,
        min_value=-14 * 60,
        max_value=14 * 60,
        widget=forms.HiddenInput(
            attrs={
                "data-offset-of": "until",
                "data-hint": _("In your own time ({zone}), at most 90 days ahead."),
            }
        ),
    )

    def __init__(self, *args: Any, people: Sequence[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delegate_id"].choices = _named(people)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        until, ahead = values.get("until"), values.get("offset") or 0
        if until is not None:
            try:
                values["until"] = until - timedelta(minutes=ahead)
            except OverflowError:
                # At either end of the calendar.
                self.add_error("until", self.fields["until"].error_messages["invalid"])
        return values

    def values(self) -> dict[str, Any]:
        """The cleaned values as the service takes them. Valid forms only."""
        return {
            "delegate_id": UUID(self.cleaned_data["delegate_id"]),
            "until": self.cleaned_data["until"],
        }


def _named(people: Sequence[User]) -> list[tuple[str, str]]:
    return [(str(each.pk), each.get_full_name() or each.username) for each in people]


def requirement_of(request: GenerationRequest) -> dict[str, Any]:
    """Initial values of a :class:`ChangesForm`: the request's words, and the tags beside them.

    Tags that the words or the style bring along are left to them: chosen here, they would hold
    whatever a reviewer makes of the words.
    """
    return {
        "prompt": request.prompt,
        "negative_prompt": request.negative_prompt,
        **initial_tags(_chosen_by_hand(request)),
    }


def _chosen_by_hand(request: GenerationRequest) -> dict[str, Any]:
    brought: dict[str, Any] = dict(request.style_revision.default_tags)
    # The vocabulary may have grown since, and the words contradict each other now.
    with contextlib.suppress(InvalidInput):
        brand = request.style_revision.style.brand
        read = parse_requirement(request.prompt, never=brand.forbidden_terms)
        # "Our colours" stay the words' business, whichever they are.
        own = {name: request.tags.get(name) for name in read.brand_colours}
        brought |= read.tags | own
    return {name: value for name, value in request.tags.items() if brought.get(name) != value}
