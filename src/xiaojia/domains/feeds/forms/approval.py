"""What does an administrator type about a release? The approval as its document says it; why it is taken back."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SCOPE = "站点名称、地址、坐标（WGS-84）、开放时间、设施、对外电话"


class ApprovalForm(forms.Form):
    """One release approval, copied from its document."""

    authority = forms.CharField(
        label=_("审核机关"), max_length=120, help_text=_("哪个部门审核同意的，写全称。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    document_no = forms.CharField(
        label=_("文号"), max_length=80, help_text=_("照文件上写的填，系统不编号。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    approved_on = forms.DateField(
        label=_("审核日期"), initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    scope = forms.CharField(label=_("同意公开的内容"), max_length=200, initial=SCOPE)
    note = forms.CharField(
        label=_("备注"), max_length=300, required=False, help_text=_("例如：期限、附带的要求、存档在哪里。")
    )


class WithdrawForm(forms.Form):
    """Why an approval is taken back."""

    reason = forms.CharField(label=_("撤回原因"), max_length=200)
