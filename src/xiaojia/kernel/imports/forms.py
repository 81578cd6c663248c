"""What does a person hand in? A file, whose it is, and what is said once for the whole sheet."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiaojia.kernel.imports.rules import Importer
from xiaojia.kernel.orgs.models import Organisation

UNDECIDED = ""


class UploadForm(forms.Form):
    """The first step. The options of the room's importer follow as radio buttons with examples."""

    file = forms.FileField(label=gettext_lazy("表格"), help_text=gettext_lazy("Excel（.xlsx、.xls）或 CSV，最大 30 MB"))
    org = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("导入到"),
        empty_label=None,
        help_text=gettext_lazy("没有写所属工会的行，按区县归到它的下级工会。"),
    )

    def __init__(self, *args: Any, importer: Importer, orgs: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["org"]
        field.queryset = orgs  # type: ignore[attr-defined]
        field.initial = orgs.first()
        self.option_keys = [option.key for option in importer.options]
        for option in importer.options:
            self.fields[option.key] = option_field(option)
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.xls,.csv,.txt"

    def options(self) -> dict[str, str]:
        """Return the options that were answered."""
        return {key: self.cleaned_data[key] for key in self.option_keys if self.cleaned_data.get(key)}


def option_field(option: Any, *, required: bool = False) -> forms.ChoiceField:
    """Return the radio buttons of an option; each choice says what it is by an example."""
    choices = [(choice.key, _words(choice)) for choice in option.choices]
    if not required:
        choices.append((UNDECIDED, _("现在还不知道（表里有坐标时会再问）")))
    return forms.ChoiceField(
        label=_(option.label),
        help_text=_(option.help),
        choices=choices,
        widget=forms.RadioSelect,
        required=required,
        initial=UNDECIDED,
    )


def _words(choice: Any) -> str:
    if not choice.example:
        return _(choice.label)
    return format_html("<span><b>{}</b><br><small>{}</small></span>", _(choice.label), _(choice.example))
