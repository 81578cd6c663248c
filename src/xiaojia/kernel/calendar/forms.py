"""What does an administrator type about the calendar? A notice's text; one day with its reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xiaojia.kernel.calendar.rules import HOLIDAY, MAKEUP, ORDINARY
from xiaojia.lib.workdays import Day, parse_notice


class NoticeForm(forms.Form):
    """The text of a State Council notice."""

    year = forms.IntegerField(label=_("年份"), min_value=2004, max_value=2100)
    text = forms.CharField(
        label=_("通知全文"),
        widget=forms.Textarea(attrs={"class": "tall", "rows": 12}),
        max_length=20_000,
        help_text=_("从国务院办公厅的通知里复制，连同“一、元旦：……”各条一起粘贴。"),
    )
    source = forms.CharField(label=_("出处"), required=False, max_length=300, help_text=_("网址或文号。"))

    def days(self) -> list[Day]:
        """Return the days that the text lists; raises NoticeError."""
        found: list[Day] = parse_notice(self.cleaned_data["text"], self.cleaned_data["year"])
        return found


class DayForm(forms.Form):
    """One day, its kind and why."""

    on = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    kind = forms.ChoiceField(
        label=_("改成"), choices=[(HOLIDAY, _("放假")), (MAKEUP, _("调休上班")), (ORDINARY, _("照平常的星期"))]
    )
    name = forms.CharField(label=_("名称"), required=False, max_length=40, help_text=_("例如：三月三、临时放假。"))
    follows_weekday = forms.TypedChoiceField(
        label=_("调休上班按周几"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("没有写明")), *enumerate([_("周一"), _("周二"), _("周三"), _("周四"), _("周五")])],
    )
    reason = forms.CharField(label=_("原因"), max_length=200, help_text=_("写进操作记录：依据哪份通知。"))

    def clean(self) -> dict[str, Any]:
        """Only a make-up day follows a weekday."""
        values = super().clean() or {}
        if values.get("kind") != MAKEUP:
            values["follows_weekday"] = None
        return values
