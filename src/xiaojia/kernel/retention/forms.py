"""What does an administrator type here? Another length for a term, a name to look for, why somebody is deleted."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xiaojia.kernel.retention.rules import REASONS
from xiaojia.lib.terms import Term


class TermForm(forms.Form):
    """From which day a term has how many days, and why."""

    days = forms.IntegerField(label=_("保存天数"), min_value=0)
    effective_on = forms.DateField(
        label=_("从哪天起"),
        initial=timezone.localdate,
        help_text=_("今天或以后；已经执行的不能改。"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(label=_("为什么改"), max_length=200, help_text=_("写明依据，例如档案管理规定或会议决定。"))

    def __init__(self, term: Term, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].help_text = _("最少%(least)s天，最多%(most)s天。") % {
            "least": term.least,
            "most": term.most,
        }


class ForgetForm(forms.Form):
    """Why a person's data are deleted."""

    reason = forms.ChoiceField(label=_("删除的原因"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [("", _("请选")), *((key, _(text)) for key, text in REASONS.items())]  # type: ignore[attr-defined]
