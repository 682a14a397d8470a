"""What people enter about a brand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import Role, User
from brandhub.common.forms import PageForm, file_input
from brandhub.common.pictures import MAX_BYTES, UPLOAD_TYPES
from styles.models import PaletteColour


class WordsField(forms.CharField):
    """A JSON list of words as one word a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return list(
            dict.fromkeys(line.strip() for line in (value or "").splitlines() if line.strip())
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != self.to_python(data)


class BrandDetailsForm(PageForm):
    """What a brand is called and does, and what its requests must be careful with."""

    name = forms.CharField(label=_("Name"), max_length=120)
    industry = forms.CharField(label=_("Industry"), required=False, max_length=80)
    forbidden_terms = WordsField(
        label=_("Forbidden terms"),
        required=False,
        help_text=_("One a line. No request of this brand may use them; one list, both languages."),
    )
    protected_names = WordsField(
        label=_("Protected names"),
        required=False,
        help_text=_("One a line. A request that uses one of them waits for a person."),
    )
    references_need_rights = forms.BooleanField(
        label=_("References need rights"),
        required=False,
        help_text=_("A style uses no picture without rights holder and licence."),
    )


class ColourForm(PageForm):
    """One colour of the palette."""

    name = forms.CharField(label=_("Name"), max_length=60)
    hex = forms.RegexField(
        r"\A#[0-9a-fA-F]{6}\Z",
        label=_("Colour"),
        widget=forms.TextInput(attrs={"type": "color"}),
        error_messages={"invalid": _("Write a colour as #rrggbb.")},
    )
    role = forms.ChoiceField(label=_("Role"), choices=PaletteColour.ColourRole.choices)
    tolerance = forms.FloatField(
        label=_("Tolerance (ΔE00)"),
        min_value=0.5,
        max_value=50,
        initial=12,
        widget=forms.NumberInput(attrs={"step": "0.5"}),
    )
    position = forms.IntegerField(label=_("Position"), min_value=0, max_value=999, initial=0)


class LogoForm(PageForm):
    """A logo's file, and what it asks for around itself."""

    file = forms.FileField(
        label=_("Logo"),
        widget=file_input(accept=",".join(("image/svg+xml", *UPLOAD_TYPES)), largest=MAX_BYTES),
        help_text=_(
            "SVG with its text turned into outlines, or PNG, JPEG, WebP. Kept as pixels only."
        ),
    )
    clear_space = forms.IntegerField(
        label=_("Clear space in percent of the badge"), min_value=0, max_value=40, initial=12
    )
    minimum_size = forms.IntegerField(
        label=_("Minimum size in pixels"), min_value=8, max_value=512, initial=24
    )


class MemberForm(PageForm):
    """A person and their role. Named by hand: a list would show the people of other brands."""

    username = forms.CharField(label=_("Username"), max_length=150)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.VIEWER)

    def clean_username(self) -> str:
        name = self.cleaned_data["username"].strip()
        person = User.objects.filter(username=name, is_active=True).first()
        if person is None:
            raise forms.ValidationError(_("There is no active person of that user name."))
        self.person = person
        return name


def details_of(brand: Any) -> dict[str, Any]:
    """The initial values of a brand's own form."""
    return {name: getattr(brand, name) for name in BrandDetailsForm.base_fields}


def colour_form(colour: PaletteColour, data: Any = None) -> ColourForm:
    """The form of a stored colour; its fields have ids of their own on a page of many."""
    initial = {name: getattr(colour, name) for name in ColourForm.base_fields}
    return ColourForm(data, initial=initial, auto_id=f"id_{colour.pk}_%s")
