"""What does an officer type to close stations for a while? Which, from when, until when, why."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

REASONS = (_("台风"), _("暴雨"), _("高温停电"), _("停水"), _("装修"), _("设备检修"), _("共建单位放假"))
ZONE = ZoneInfo("Asia/Shanghai")


def moment(label: Any, **more: Any) -> forms.DateTimeField:
    """Return a field for a minute, with the browser's picker."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **more)


def tomorrow_noon(now: datetime) -> datetime:
    """Return noon of the day after `now`, in Asia/Shanghai."""
    return datetime.combine(now.astimezone(ZONE).date() + timedelta(days=1), time(12), ZONE)


class CloseForm(forms.Form):
    """A closure of the stations of some districts, or of those chosen before."""

    divisions = forms.MultipleChoiceField(label=_("哪些区"), required=False, widget=forms.CheckboxSelectMultiple)
    starts_at = moment(_("从"), help_text=_("默认现在。"))
    ends_at = moment(_("到"), required=False, help_text=_("到点自己恢复；留空就是“恢复时间待通知”。"))
    reason = forms.CharField(label=_("原因"), max_length=120, help_text=_("劳动者看得到，写清楚。"))

    def __init__(self, divisions: list[tuple[str, str]], *args: Any, chosen: bool = False, **kwargs: Any) -> None:
        now = timezone.now()
        kwargs.setdefault("initial", {"starts_at": now, "ends_at": tomorrow_noon(now)})
        super().__init__(*args, **kwargs)
        self.chosen = chosen
        self.fields["divisions"].choices = divisions  # type: ignore[attr-defined]
        if chosen:
            del self.fields["divisions"]

    def clean(self) -> dict[str, Any]:
        """Something must be chosen, and the end comes after the start."""
        values = super().clean() or {}
        if not self.chosen and not values.get("divisions"):
            self.add_error("divisions", _("至少选一个区。"))
        if values.get("ends_at") and values.get("starts_at") and values["ends_at"] <= values["starts_at"]:
            self.add_error("ends_at", _("结束时间早于开始时间，请改一下。"))
        return values
