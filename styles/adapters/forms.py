"""What people enter about adapters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.validators import validate_slug
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import Brand
from brandhub.common.errors import FieldError
from brandhub.common.forms import file_input
from brandhub.common.sentences import sentence_for_field
from brandhub.inference.adapter_files import MAX_ALPHA, MAX_BYTES, MAX_TRIGGER_WORDS
from styles.adapters.wordings import is_about_the_file, reason_sentence
from styles.models.base_models import BaseModel


class AdapterForm(forms.Form):
    """Upload an adapter, or a further revision of one."""

    brand = forms.ModelChoiceField(Brand.objects.none(), label=_("Brand"), empty_label=None)
    name = forms.CharField(label=_("Name"), max_length=120)
    slug = forms.CharField(
        label=_("Short name"),
        max_length=60,
        validators=[validate_slug],
        help_text=_("Letters, digits and hyphens. A name that is taken adds a revision to it."),
    )
    base_model = forms.ModelChoiceField(
        BaseModel.objects.none(),
        label=_("Base model"),
        empty_label=None,
        help_text=_("The model that the adapter was trained on."),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A .safetensors file in the layout of PEFT, diffusers or kohya (sd-scripts); "
            "2 GB at most."
        ),
        widget=file_input(accept=".safetensors", largest=MAX_BYTES),
    )
    trigger_words = forms.CharField(
        label=_("Trigger words"),
        required=False,
        max_length=MAX_TRIGGER_WORDS,
        help_text=_("Left empty, they are read from the file where it tells them."),
    )
    alpha = forms.FloatField(
        label=_("Alpha"),
        required=False,
        min_value=0,
        max_value=MAX_ALPHA,
        help_text=_("Only for a file that does not tell it, such as PEFT's own."),
    )
    rights_holder = forms.CharField(label=_("Rights holder"), required=False, max_length=120)
    licence = forms.CharField(label=_("Licence"), required=False, max_length=120)

    def __init__(
        self, *args: Any, brands: QuerySet[Brand], base_models: list[BaseModel], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = BaseModel.objects.filter(pk__in=[model.pk for model in base_models])
        cast(forms.ModelChoiceField, self.fields["brand"]).queryset = brands
        cast(forms.ModelChoiceField, self.fields["base_model"]).queryset = offered

    def add_refusals(self, errors: Iterable[FieldError]) -> None:
        """Put what a service refused beside the fields."""
        for error in errors:
            field = error.pointer.strip("/").split("/")[0]
            about_file = is_about_the_file(error.code)
            sentence = reason_sentence(error.code, {}) if about_file else sentence_for_field(error)
            self.add_error(field if field in self.fields else None, sentence)
