"""What people enter about styles and their revisions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import Brand
from brandhub.common.forms import PageForm
from brandhub.inference.specs import SCHEDULERS
from styles.models import BaseModel, ReferenceImage, StyleRevision
from styles.models.base_models import GuidanceSchedule
from styles.models.styles import BadgeCorner, Tier
from styles.references.collecting import MOST_PINNED
from styles.references.selectors import usable_references
from styles.requirements import MAX_TEXT
from styles.tag_fields import TagsForm, initial_tags

#: Pictures of the library that a draft offers: the newest, and more than it may have.
_REFERENCES_SHOWN = 2 * MOST_PINNED
#: What a draft is tried with until somebody writes something else.
SAMPLE = _("a robot with glasses, blue background")


class StyleForm(PageForm):
    """What a style is called."""

    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What it is for, for colleagues and for the developers who ask for it."),
    )


class NewStyleForm(StyleForm):
    """A new style, whose first draft draws with ``base_model``."""

    brand = forms.ModelChoiceField(Brand.objects.none(), label=_("Brand"), empty_label=None)
    slug = forms.SlugField(
        label=_("Short name"),
        max_length=60,
        help_text=_("Its name in the API, such as friendly-robots. It never changes."),
    )
    base_model = forms.ModelChoiceField(
        BaseModel.objects.none(), label=_("Base model"), empty_label=None
    )

    field_order = ["brand", "name", "slug", "description", "base_model"]

    def __init__(self, *args: Any, brands: QuerySet[Brand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("brand", brands)
        self.offer("base_model", BaseModel.objects.order_by("-id"))


class RevisionForm(TagsForm):
    """A draft, and a requirement to try it with; the requirement is kept nowhere."""

    tags_pointer = "/default_tags/"

    base_model = forms.ModelChoiceField(
        BaseModel.objects.none(), label=_("Base model"), empty_label=None
    )
    prompt_template = forms.CharField(
        label=_("Prompt template"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_(
            "{caption} stands for the requirement in the model's own words. A category in braces, "
            "such as {background}, takes its part out of the caption and puts it there."
        ),
    )
    negative_prompt = forms.CharField(
        label=_("Negative prompt"),
        required=False,
        max_length=500,
        help_text=_("What no picture of this style shows, in the model's words."),
    )
    steps = forms.IntegerField(label=_("Steps"), min_value=1, max_value=100)
    guidance_scale = forms.FloatField(
        label=_("Guidance scale"),
        min_value=1,
        max_value=20,
        widget=forms.NumberInput(attrs={"step": "0.1"}),
    )
    guidance_schedule = forms.ChoiceField(
        label=_("Guidance schedule"),
        choices=GuidanceSchedule.choices,
        help_text=_("Early: the requirement leads more strongly while shapes are being settled."),
    )
    scheduler = forms.ChoiceField(
        label=_("Scheduler"), choices=[(name, name) for name in sorted(SCHEDULERS)]
    )
    tier = forms.ChoiceField(
        label=_("Routing tier"),
        choices=Tier.choices,
        help_text=_("What a request is drawn with; the plan of a request shows it."),
    )
    image_size = forms.IntegerField(
        label=_("Size in pixels"), widget=forms.NumberInput(attrs={"step": "8"})
    )
    badge_corner = forms.ChoiceField(
        label=_("Logo badge"),
        required=False,
        choices=[("", _("none")), *BadgeCorner.choices],
        help_text=_("On every picture: reviewers see it, and it is part of what they approve."),
    )
    badge_size = forms.IntegerField(
        label=_("Badge size in percent of the picture"), min_value=10, max_value=45
    )
    references = forms.ModelMultipleChoiceField(
        ReferenceImage.objects.none(), label=_("References"), required=False
    )
    prompt = forms.CharField(
        label=_("Try it with a requirement"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only for the preview; it is not kept."),
    )

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("base_model", BaseModel.objects.order_by("-id"))
        self.library = usable_references(brand)
        self.offer("references", self.library)

    def reference_choices(self) -> list[tuple[ReferenceImage, bool]]:
        """The brand's usable pictures, and whether each is chosen."""
        chosen = {str(key) for key in self["references"].value() or ()}
        return [(image, str(image.pk) in chosen) for image in self.library[:_REFERENCES_SHOWN]]

    def plain_fields(self) -> list[forms.BoundField]:
        """The numbers of the recipe, which stand beside each other."""
        return [
            self[name]
            for name in (
                *("steps", "guidance_scale", "guidance_schedule"),
                *("scheduler", "image_size", "tier"),
            )
        ]

    def badge_fields(self) -> list[forms.BoundField]:
        """Where the logo stands, and how large."""
        return [self["badge_corner"], self["badge_size"]]

    def values(self) -> dict[str, Any]:
        """The cleaned values as the services take them. Valid forms only."""
        names = (
            "base_model",
            "prompt_template",
            "negative_prompt",
            "steps",
            "guidance_scale",
            "guidance_schedule",
            "scheduler",
            "tier",
            "image_size",
            "badge_corner",
            "badge_size",
        )
        kept = {name: self.cleaned_data[name] for name in names}
        return {**kept, "default_tags": self.cleaned_tags()}


def initial_of(revision: StyleRevision) -> dict[str, Any]:
    """The form's initial values for a stored draft."""
    return {
        "base_model": revision.base_model_id,
        "prompt_template": revision.prompt_template,
        "negative_prompt": revision.negative_prompt,
        "steps": revision.steps,
        "guidance_scale": revision.guidance_scale,
        "guidance_schedule": revision.guidance_schedule,
        "scheduler": revision.scheduler,
        "tier": revision.tier,
        "image_size": revision.image_size,
        "badge_corner": revision.badge_corner,
        "badge_size": revision.badge_size,
        "references": [pin.reference_id for pin in revision.pinned_references.all()],
        "prompt": SAMPLE,
        **initial_tags(revision.default_tags),
    }
