"""What does an officer still have to say before many stations change at once?"""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xiaojia.domains.stations.models import Station
from xiaojia.kernel.orgs.models import Organisation


class ManyStatusForm(forms.Form):
    """The status that all get."""

    status = forms.ChoiceField(label=_("改成"), choices=Station.Status.choices)
    on = forms.DateField(
        label=_("从哪天起"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(label=_("原因"), required=False, max_length=200, help_text=_("暂停、整改、摘牌必须写。"))


class ManyOrgForm(forms.Form):
    """The organisation that all go to."""

    org = forms.ModelChoiceField(label=_("划转到"), queryset=Organisation.objects.none())

    def __init__(self, orgs: QuerySet[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org"].queryset = orgs  # type: ignore[attr-defined]


class NothingForm(forms.Form):
    """Nothing more to say."""
