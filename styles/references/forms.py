"""What people enter about references."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from brandhub.accounts.models import Brand
from brandhub.common.forms import PageForm, limited
from brandhub.common.pictures import MAX_BYTES, UPLOAD_TYPES
from styles.models import ReferenceImage
from styles.tag_fields import TagsForm, initial_tags

#: Pictures of one upload; the body's limit of 20 MB holds for all of them together.
MOST_AT_ONCE = 40


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files by one input."""

    widget = ManyFilesInput(attrs=limited(accept=",".join(UPLOAD_TYPES), largest=MAX_BYTES))

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        # None chosen is told as a missing file, not taken for a list that is fine.
        given = (data or [None]) if isinstance(data, list | tuple) else [data]
        files = [super(ManyFilesField, self).clean(each, initial) for each in given]
        if len(files) > MOST_AT_ONCE:
            raise forms.ValidationError(
                _("At most %(most)d pictures at once.") % {"most": MOST_AT_ONCE}
            )
        return files


class UploadForm(PageForm):
    """Pictures with the rights to them, which are the same for all."""

    brand = forms.ModelChoiceField(Brand.objects.none(), label=_("Brand"), empty_label=None)
    pictures = ManyFilesField(
        label=_("Pictures"),
        help_text=_("PNG, JPEG or WebP, as many as you like up to 20 MB together."),
        allow_empty_file=True,
    )
    rights_holder = forms.CharField(label=_("Rights holder"), required=False, max_length=120)
    licence = forms.CharField(
        label=_("Licence"),
        required=False,
        max_length=120,
        help_text=_("Under which they may be used, such as “own work” or “CC BY 4.0”."),
    )

    def __init__(self, *args: Any, brands: QuerySet[Brand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("brand", brands)


class ReferenceForm(TagsForm):
    """One picture's caption and rights."""

    title = forms.CharField(label=_("Title"), required=False, max_length=120)
    rights_holder = forms.CharField(label=_("Rights holder"), required=False, max_length=120)
    licence = forms.CharField(label=_("Licence"), required=False, max_length=120)

    def plain_fields(self) -> list[forms.BoundField]:
        """The fields that are no tags."""
        return [self[name] for name in ("title", "rights_holder", "licence")]

    def values(self) -> dict[str, Any]:
        """The cleaned values as the service takes them. Valid forms only."""
        names = ("title", "rights_holder", "licence")
        return {name: self.cleaned_data[name] for name in names} | {"tags": self.cleaned_tags()}


def initial_of(image: ReferenceImage) -> dict[str, Any]:
    """The form's initial values for a stored picture."""
    return {
        "title": image.title,
        "rights_holder": image.rights_holder,
        "licence": image.licence,
        **initial_tags(image.tags),
    }
