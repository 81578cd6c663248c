"""What does an administrator type for a new key? For whom, which rights, until when."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xiaojia.kernel.keys.rules import MOST_PER_MINUTE, SCOPES
from xiaojia.kernel.orgs.models import Organisation


def in_a_year() -> date:
    """Return the usual last day of a new key."""
    return timezone.localdate() + timedelta(days=365)


class KeyForm(forms.Form):
    """A new key for a partner."""

    label = forms.CharField(
        label=_("给谁用"), max_length=60, help_text=_("写单位和用途，比如“某地图平台 同步站点”。不写个人姓名。")
    )
    org = forms.ModelChoiceField(
        label=_("哪个工会的站点"),
        queryset=Organisation.objects.none(),
        empty_label=None,
        help_text=_("密钥只能为这个工会和它下级的站点提交内容。"),
    )
    scopes = forms.MultipleChoiceField(
        label=_("权限"), choices=[(key, _(text)) for key, text in SCOPES.items()], widget=forms.CheckboxSelectMultiple
    )
    expires_on = forms.DateField(
        label=_("到期日"),
        initial=in_a_year,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("最长两年；过了这一天密钥自动失效。"),
    )
    per_minute = forms.IntegerField(
        label=_("每分钟最多请求次数"),
        required=False,
        min_value=1,
        max_value=MOST_PER_MINUTE,
        help_text=_("不填就按通用的限额。"),
    )

    def __init__(self, orgs: QuerySet[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org"].queryset = orgs  # type: ignore[attr-defined]
