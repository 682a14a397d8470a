"""What people enter to have an adapter trained."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext_lazy as _

from brandhub.common.errors import FieldError
from brandhub.common.sentences import sentence_for_field
from brandhub.inference.adapter_files import MAX_TRIGGER_WORDS
from brandhub.inference.adapter_recipes import LIMITS
from brandhub.vocabulary import Tags, compose_caption
from styles.adapters.budgets import default_steps
from styles.models.base_models import BaseModel
from styles.models.references import ReferenceImage

#: Names of the recipe's numbers, in the order of the form.
NUMBERS = ("steps", "rank", "batch", "learning_rate", "seed", "prior_pictures", "prior_weight")
SWITCHES = ("place_faces", "mirrored")


def _number(name: str, label: Any, help_text: Any = "") -> forms.Field:
    least, most, default = LIMITS[name]
    bounds: dict[str, Any] = {"min_value": least, "max_value": most, "initial": default}
    if isinstance(default, int):
        return forms.IntegerField(label=label, help_text=help_text, **bounds)
    widget = forms.NumberInput(attrs={"step": "any"})
    return forms.FloatField(label=label, help_text=help_text, widget=widget, **bounds)


def recipe_in_words(recipe: dict[str, Any]) -> list[tuple[str, Any]]:
    """What a training was told, as (label, value) in the form's own words and order."""
    asked = TrainingForm.base_fields
    named = [name for name in asked if name in recipe] + sorted(set(recipe) - set(asked))
    return [
        (
            str(asked[name].label) if name in asked else name,
            {True: _("yes"), False: _("no")}[value] if isinstance(value, bool) else value,
        )
        for name, value in ((name, recipe[name]) for name in named)
    ]


def _tags_of(reference: ReferenceImage) -> Tags:
    """The picture's caption, or what the classifier suggests: the person sees it here, too."""
    return reference.tags or reference.suggested_tags


class TrainingForm(forms.Form):
    """A training on references of one brand; a caption field stands beside each picture."""

    name = forms.CharField(label=_("Name of the adapter"), max_length=120)
    slug = forms.CharField(
        label=_("Short name"),
        max_length=60,
        validators=[validate_slug],
        help_text=_("Letters, digits and hyphens. A name that is taken adds a revision to it."),
    )
    trigger_words = forms.CharField(
        label=_("Trigger words"),
        max_length=MAX_TRIGGER_WORDS,
        help_text=_(
            "They will stand for what the pictures share, such as “nimbus toy”. "
            "A style puts them into its prompt template."
        ),
    )
    base_model = forms.ModelChoiceField(
        BaseModel.objects.none(), label=_("Base model"), empty_label=None
    )
    steps = _number(
        "steps", _("Steps"), _("As many as this installation does in two and a half minutes.")
    )
    rank = _number("rank", _("Rank"), _("How much the adapter can hold."))
    batch = _number("batch", _("Pictures in a step"))
    learning_rate = _number("learning_rate", _("Learning rate"))
    seed = _number("seed", _("Seed"), _("The same seed on the same machine gives the same file."))
    prior_pictures = _number(
        "prior_pictures",
        _("Pictures of the base model"),
        _("Shown beside your own, so that the model forgets less of everything else; 0 for none."),
    )
    prior_weight = _number("prior_weight", _("Their weight"))
    place_faces = forms.BooleanField(
        label=_("Bring faces to one place"),
        required=False,
        initial=True,
        help_text=_(
            "If they lie anywhere: turned, scaled and shifted to where the base model knows faces."
        ),
    )
    mirrored = forms.BooleanField(
        label=_("Show pictures mirrored too"), required=False, initial=False
    )

    def __init__(
        self,
        *args: Any,
        references: list[ReferenceImage],
        base_models: list[BaseModel],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = BaseModel.objects.filter(pk__in=[model.pk for model in base_models])
        cast(forms.ModelChoiceField, self.fields["base_model"]).queryset = offered
        first = base_models[0] if base_models else None
        self.fields["base_model"].initial = first
        self.fields["steps"].initial = default_steps(first)
        self._offer_to_place_faces(base_models)
        self._references = references
        for reference in references:
            self.fields[f"use_{reference.pk}"] = forms.BooleanField(
                label=_("Learn from this picture"), required=False, initial=True
            )
            self.fields[f"caption_{reference.pk}"] = forms.CharField(
                label=_("What it shows"),
                required=False,
                max_length=300,
                initial=compose_caption(_tags_of(reference), language="en"),
            )

    def _offer_to_place_faces(self, base_models: list[BaseModel]) -> None:
        """Show the switch only for the models that find eyes; the page's script does so for each.

        A form of before that ticks it all the same is refused by the service.
        """
        placing = [str(model.pk) for model in base_models if model.finds_eyes]
        switch = self.fields["place_faces"]
        switch.initial = bool(placing) and base_models[0].finds_eyes
        if 0 < len(placing) < len(base_models):
            switch.widget.attrs |= {
                "data-chosen-in": "base_model",
                "data-only-for": " ".join(placing),
            }
        self._switches = SWITCHES if placing else tuple(n for n in SWITCHES if n != "place_faces")

    def pictures(self) -> list[tuple[ReferenceImage, Any, Any]]:
        """Each reference with its two fields."""
        return [
            (each, self[f"use_{each.pk}"], self[f"caption_{each.pk}"]) for each in self._references
        ]

    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("name", "slug", "trigger_words", "base_model")]

    def number_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in (*NUMBERS, *self._switches)]

    def values(self) -> dict[str, Any]:
        """The cleaned values as the service takes them. Valid forms only."""
        held = self.cleaned_data
        return {
            "name": held["name"],
            "slug": held["slug"],
            "trigger_words": held["trigger_words"],
            "base_model": held["base_model"],
            "pictures": [
                (each.pk, held[f"caption_{each.pk}"])
                for each in self._references
                if held[f"use_{each.pk}"]
            ],
            "recipe": {name: held[name] for name in (*NUMBERS, *SWITCHES)},
        }

    def add_refusals(self, errors: Iterable[FieldError]) -> None:
        """Put what a service refused beside the fields that are shown, or above them."""
        hidden = set(SWITCHES) - set(self._switches)
        for error in errors:
            field = error.pointer.strip("/")
            shown = field in self.fields and field not in hidden
            self.add_error(field if shown else None, sentence_for_field(error))
