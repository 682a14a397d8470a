"""What people enter about bots and requests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from avatars.models import Bot, GenerationRequest, ReferenceRole
from avatars.models.requests import Priority
from avatars.services.references import DEFAULT_WEIGHT, ReferenceUse
from avatars.services.submission import MAX_CANDIDATES, MAX_NEGATIVE_PROMPT, MAX_PROMPT, MAX_SEED
from brandhub.accounts.models import Brand
from brandhub.common.forms import PageForm, file_input
from brandhub.common.pictures import MAX_BYTES, UPLOAD_TYPES
from styles.models import ReferenceImage, StyleRevision
from styles.tag_fields import TagsForm, initial_tags

#: How closely a picture is followed, as people say it, and the service's weight for it.
_CLOSENESS = [("0.3", _("Loosely")), ("0.5", _("Halfway")), ("0.8", _("Closely"))]


class BotForm(PageForm):
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
        self.offer("brand", brands)


class RollBackForm(forms.Form):
    to = forms.IntegerField(min_value=1)


class TakeDownForm(forms.Form):
    #: What the page showed.
    pixel_sha256 = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept in the history. Every version with the same pixels is withdrawn."),
    )


class RequestForm(TagsForm):
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
        widget=file_input(accept=",".join(UPLOAD_TYPES), largest=MAX_BYTES),
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
        empty_value="",
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
        self.offer("bot", bots)
        self.offer("style_revision", revisions)
        self.offer("reference", references)
        self.offer("continues", continuable)
        self.bots, self.revisions = bots, revisions

    def requirement(self) -> dict[str, Any]:
        """The cleaned values as the services take them. Valid forms only."""
        values = self.cleaned_data
        return {
            "bot": values["bot"],
            "style_revision": values["style_revision"],
            "prompt": values["prompt"],
            "negative_prompt": values["negative_prompt"],
            "tags": self.cleaned_tags(),
            "candidates": values["candidates"],
            "seed": values["seed"],
            "references": self._references(),
        }

    def field_of_pointer(self, pointer: str) -> str | None:
        """Of a picture that was sent along, services say ``/file``."""
        return "reference_file" if pointer == "/file" else super().field_of_pointer(pointer)

    def _references(self) -> list[ReferenceUse]:
        image = self.cleaned_data["reference"]
        if image is None:
            return []
        weight = self.cleaned_data["reference_weight"] or DEFAULT_WEIGHT
        return [ReferenceUse(image, ReferenceRole.IMG2IMG, weight)]


class ComparisonForm(PageForm):
    """What two revisions of a style are compared by."""

    other = forms.ModelChoiceField(
        StyleRevision.objects.none(), label=_("Compare with"), empty_label=None
    )
    prompt = forms.CharField(
        label=_("Requirement"), max_length=MAX_PROMPT, widget=forms.Textarea(attrs={"rows": 2})
    )
    bot = forms.ModelChoiceField(
        Bot.objects.none(),
        label=_("Bot"),
        required=False,
        empty_label=_("The newest"),
        help_text=_("Whom the faces are tried on; it wears none of them."),
    )
    seed = forms.IntegerField(label=_("Seed"), required=False, min_value=0, max_value=MAX_SEED)

    def __init__(
        self, *args: Any, others: QuerySet[StyleRevision], bots: QuerySet[Bot], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer("other", others)
        self.offer("bot", bots)
        self._newest = bots.first()

    def clean_bot(self) -> Bot:
        """The chosen bot, or the brand's newest: one click is to be enough."""
        bot = self.cleaned_data["bot"] or self._newest
        if bot is None:
            raise forms.ValidationError(_("Register a bot of this brand first."))
        return bot


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
        nearest = min(
            (value for value, _label in _CLOSENESS),
            key=lambda each: abs(float(each) - start.weight),
        )
        initial |= {"reference": start.image_id, "reference_weight": nearest}
    if not earlier.prompt:
        initial |= initial_tags(earlier.tags)
    return initial
