"""What people enter about bots and requests."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from avatars.models import Bot, GenerationRequest, ReferenceRole
from avatars.models.requests import Priority
from avatars.services.references import DEFAULT_WEIGHT, ReferenceUse
from avatars.services.submission import MAX_CANDIDATES, MAX_NEGATIVE_PROMPT, MAX_PROMPT, MAX_SEED
from brandhub.accounts.models import Brand
from brandhub.common.errors import FieldError
from brandhub.common.pictures import UPLOAD_TYPES
from brandhub.common.sentences import sentence_for_field
from brandhub.vocabulary.lookup import tag_names
from brandhub.vocabulary.tables import CATEGORIES
from brandhub.vocabulary.terms import Category
from styles.models import ReferenceImage, StyleRevision
from styles.tag_labels import language_of

#: Categories with something to choose, those of several values last.
_OFFERED = sorted(
    (category for category in CATEGORIES if any(value.supported for value in category)),
    key=lambda category: category.multiple,
)

#: Where the service's pointers lie on the form.
_POINTERS = {
    "/prompt": "prompt",
    "/negative_prompt": "negative_prompt",
    "/candidates": "candidates",
    "/seed": "seed",
    "/file": "reference_file",
}

#: How closely a picture is followed, as people say it, and the service's weight for it.
_CLOSENESS = [("0.3", _("Loosely")), ("0.5", _("Halfway")), ("0.8", _("Closely"))]


class BotForm(forms.Form):
    """Register a bot by hand."""

    brand = forms.ModelChoiceField(Brand.objects.none(), label=_("Brand"), empty_label=None)
    name = forms.CharField(label=_("Name"), max_length=120)
    external_id = forms.CharField(
        label=_("External id"),
        max_length=120,
        help_text=_("The id by which your platform knows this bot, such as support-42."),
        validators=[
            RegexValidator(
                r"\A[A-Za-z0-9._:-]+\Z",
                _("Use letters, digits, and the signs . _ : - only."),
            )
        ],
    )

    def __init__(self, *args: Any, brands: QuerySet[Brand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "brand", brands)


class RollBackForm(forms.Form):
    to = forms.IntegerField(min_value=1)


class TakeDownForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept in the history. Every version with the same pixels is withdrawn."),
    )


class RequestForm(forms.Form):
    """A requirement: a bot, a style, words, tags, or both."""

    bot = forms.ModelChoiceField(Bot.objects.none(), label=_("Bot"), empty_label=None)
    style_revision = forms.ModelChoiceField(
        StyleRevision.objects.none(), label=_("Style"), empty_label=None
    )
    prompt = forms.CharField(
        label=_("What should it look like?"),
        required=False,
        max_length=MAX_PROMPT,
        widget=forms.Textarea(
            attrs={
                "rows": 4,
                "placeholder": _("A friendly robot with glasses, blue background, no hat"),
            }
        ),
        help_text=_("English or Chinese. Say what must not show, too: “no hat”, “不戴眼镜”."),
    )
    negative_prompt = forms.CharField(
        label=_("What must not show"), required=False, max_length=MAX_NEGATIVE_PROMPT
    )
    candidates = forms.IntegerField(
        label=_("Candidates"), min_value=1, max_value=MAX_CANDIDATES, initial=4
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        required=False,
        min_value=0,
        max_value=MAX_SEED,
        help_text=_("The same seed draws the same pictures again."),
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        choices=Priority.choices,
        coerce=lambda value: Priority(int(value)),
        initial=Priority.NORMAL,
    )
    reference_file = forms.FileField(
        label=_("A picture to start from"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(UPLOAD_TYPES)}),
        help_text=_("PNG, JPEG or WebP. Its shapes and colours show through."),
    )
    reference = forms.ModelChoiceField(
        ReferenceImage.objects.none(), required=False, widget=forms.HiddenInput
    )
    reference_weight = forms.TypedChoiceField(
        label=_("How closely"),
        choices=_CLOSENESS,
        coerce=float,
        initial=str(DEFAULT_WEIGHT),
        empty_value=DEFAULT_WEIGHT,
        required=False,
    )
    continues = forms.ModelChoiceField(
        GenerationRequest.objects.none(), required=False, widget=forms.HiddenInput
    )

    def __init__(
        self,
        *args: Any,
        bots: QuerySet[Bot],
        revisions: QuerySet[StyleRevision],
        references: QuerySet[ReferenceImage],
        continuable: QuerySet[GenerationRequest],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "bot", bots)
        _offer(self, "style_revision", revisions)
        _offer(self, "reference", references)
        _offer(self, "continues", continuable)
        self.bots, self.revisions = bots, revisions
        for category in _OFFERED:
            self.fields[_tag_field(category)] = _field_of(category)
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"hint-{name}"

    def tag_fields(self) -> list[forms.BoundField]:
        """One field per category of the vocabulary."""
        return [self[_tag_field(category)] for category in _OFFERED]

    def chosen_tags(self) -> bool:
        """Whether a tag is chosen by hand, so that a page shows the tags opened."""
        return any(field.value() for field in self.tag_fields())

    def requirement(self) -> dict[str, Any]:
        """The cleaned values as the services take them. Valid forms only."""
        values = self.cleaned_data
        chosen = {category.name: values[_tag_field(category)] for category in _OFFERED}
        return {
            "bot": values["bot"],
            "style_revision": values["style_revision"],
            "prompt": values["prompt"],
            "negative_prompt": values["negative_prompt"],
            "tags": {name: value for name, value in chosen.items() if value},
            "candidates": values["candidates"],
            "seed": values["seed"],
            "references": self._references(),
        }

    def _references(self) -> list[ReferenceUse]:
        image = self.cleaned_data["reference"]
        if image is None:
            return []
        weight = self.cleaned_data["reference_weight"]
        return [ReferenceUse(image, ReferenceRole.IMG2IMG, weight)]

    def add_field_errors(self, errors: tuple[FieldError, ...]) -> None:
        """Put a service's field errors beside the fields they speak of."""
        for error in errors:
            self.add_error(_field_of_pointer(error.pointer, self.fields), sentence_for_field(error))


def initial_from(earlier: GenerationRequest) -> dict[str, Any]:
    """The form's initial values for asking again what ``earlier`` asked."""
    initial: dict[str, Any] = {
        "bot": earlier.bot_id,
        "style_revision": earlier.style_revision_id,
        "prompt": earlier.prompt,
        "negative_prompt": earlier.negative_prompt,
        "candidates": earlier.candidate_count,
        "priority": earlier.priority,
        "continues": earlier.pk,
    }
    start = earlier.references.filter(role=ReferenceRole.IMG2IMG).first()
    if start is not None:
        initial |= {"reference": start.image_id, "reference_weight": str(start.weight)}
    if not earlier.prompt:
        for category in _OFFERED:
            names = tag_names(earlier.tags, category.name)
            if names:
                initial[_tag_field(category)] = list(names) if category.multiple else names[0]
    return initial


def _offer(form: forms.Form, name: str, rows: QuerySet) -> None:
    cast(forms.ModelChoiceField, form.fields[name]).queryset = rows


def _tag_field(category: Category) -> str:
    return f"tag_{category.name}"


def _field_of(category: Category) -> forms.Field:
    language = language_of(get_language())
    label = category.wording(language).label
    choices = [(value.name, value.wording(language).label) for value in category if value.supported]
    if category.multiple:
        return forms.MultipleChoiceField(
            label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
        )
    return forms.ChoiceField(label=label, choices=[("", "–"), *choices], required=False)


def _field_of_pointer(pointer: str, fields: dict[str, Any]) -> str | None:
    if pointer in _POINTERS:
        return _POINTERS[pointer]
    name = pointer.removeprefix("/tags/").split("/")[0]
    return f"tag_{name}" if f"tag_{name}" in fields else None
