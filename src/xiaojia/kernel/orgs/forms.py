"""What does an administrator type? An organisation below another, a person with a post, the instance's words."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xiaojia.kernel.orgs.models import Organisation, Post
from xiaojia.kernel.places.models import Division


def day_field(label: Any, **more: Any) -> forms.DateField:
    """Return a date field with the browser's own picker."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class OrganisationForm(forms.Form):
    """A new organisation below `parent`."""

    name = forms.CharField(label=_("名称"), max_length=120)
    short_name = forms.CharField(label=_("简称"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("类型"), choices=Organisation.Kind.choices)
    division = forms.ModelChoiceField(
        label=_("对应的行政区"),
        queryset=Division.objects.none(),
        required=False,
        help_text=_("地方工会选自己的行政区；开发区、产业工会没有，留空。"),
    )
    lies_in = forms.ModelMultipleChoiceField(
        label=_("地跨哪些行政区"),
        queryset=Division.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只有开发区要选：站点的位置按这些行政区核对。"),
    )

    def __init__(self, parent: Organisation, grounds: QuerySet[Division], *args: Any, **kwargs: Any) -> None:
        self.parent = parent
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = grounds  # type: ignore[attr-defined]
        self.fields["lies_in"].queryset = grounds  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A zone names its grounds; nobody else does."""
        values = super().clean() or {}
        if values.get("kind") == Organisation.Kind.ZONE and not values.get("lies_in"):
            self.add_error("lies_in", _("开发区要选它地跨的行政区。"))
        return values


class AppointForm(forms.Form):
    """A person with a post and, if wanted, an account."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    org = forms.ModelChoiceField(label=_("所在组织"), queryset=Organisation.objects.none())
    role = forms.ChoiceField(label=_("岗位"), choices=[(r.value, r.label) for r in Post.Role if r != Post.Role.CLERK])
    title = forms.CharField(label=_("职务"), max_length=60, required=False)
    since = day_field(_("任职开始"), initial=timezone.localdate)
    until = day_field(_("任职截止"), required=False, help_text=_("审计人员必须写明；其他人可留空。"))
    username = forms.RegexField(
        label=_("登录用的用户名"),
        regex=r"^[A-Za-z0-9._-]{3,40}$",
        required=False,
        help_text=_("字母、数字，至少 3 位；不填就不开账号。"),
        error_messages={"invalid": _("请用 3–40 位字母、数字、点或横线。")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(label=_("手机号"), max_length=20, required=False, help_text=_("加密保存，只用于联系本人。"))

    def __init__(self, orgs: QuerySet[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org"].queryset = orgs  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The last day of a post."""

    on = day_field(_("最后一天"), initial=timezone.localdate)


class InstanceForm(forms.Form):
    """The words that the union chooses for itself."""

    name = forms.CharField(label=_("单位名称"), max_length=120)
    keeper_word = forms.CharField(
        label=_("站点负责人怎么称呼"), max_length=10, help_text=_("例如：站长、管理员、联系人。")
    )
