"""What does an auditor ask the log for?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xiaojia.kernel.audit.rules import WORDS


class LogForm(forms.Form):
    """Filters of the log; all optional."""

    q = forms.CharField(label=_("谁、对什么"), required=False, max_length=60)
    verb = forms.ChoiceField(label=_("做了什么"), required=False)
    first = forms.DateField(
        label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "pick-one"})
    )
    last = forms.DateField(
        label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "pick-one"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [(verb, _(text)) for verb, text in sorted(WORDS.items(), key=lambda item: item[1])]
        self.fields["verb"].choices = [("", _("全部")), *words]  # type: ignore[attr-defined]
