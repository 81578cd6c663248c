"""What does an officer hand in? Photos of one station, or an archive of many."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xiaojia.domains.stations.models import StationPhoto

MAX_AT_ONCE = 20


class ManyFiles(forms.ClearableFileInput):
    """A file input for several files."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several files, each checked by its content later."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the list of files."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            raise forms.ValidationError(_("请选一张照片。"))
        if len(files) > MAX_AT_ONCE:
            raise forms.ValidationError(_("一次最多 %(n)s 张；更多请打成 zip 一起传。") % {"n": MAX_AT_ONCE})
        return [super(PhotosField, self).clean(file, initial) for file in files]


class PhotosForm(forms.Form):
    """Photos of one station."""

    photos = PhotosField(label=_("照片"))
    kind = forms.ChoiceField(label=_("拍的是"), choices=StationPhoto.Kind.choices)
    caption = forms.CharField(label=_("说明"), required=False, max_length=80)
    public = forms.BooleanField(label=_("给劳动者看"), required=False, initial=True)


class ArchiveForm(forms.Form):
    """An archive whose files are named after codes."""

    archive = forms.FileField(label=_("zip 压缩包"))
