"""What does an officer type about standards? Which list from which day; an own list, item by item."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xiaojia.domains.stations.models import Standard
from xiaojia.domains.stations.queries.kinds import kinds
from xiaojia.kernel.orgs.models import Organisation


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, initial=timezone.localdate, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class AdoptForm(forms.Form):
    """By which list an organisation measures its stations, from which day."""

    org = forms.ModelChoiceField(label=_("哪个组织"), queryset=Organisation.objects.none(), empty_label=None)
    standard = forms.ModelChoiceField(label=_("用哪份标准"), queryset=Standard.objects.none(), empty_label=None)
    effective_on = _day(_("从哪天起"))

    def __init__(self, orgs: QuerySet[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org"].queryset = orgs  # type: ignore[attr-defined]
        self.fields["standard"].queryset = Standard.objects.all()  # type: ignore[attr-defined]


class OwnListForm(forms.Form):
    """A union's own list; lists in use never change, so this is always a new one."""

    org = forms.ModelChoiceField(label=_("哪个组织的"), queryset=Organisation.objects.none(), empty_label=None)
    name = forms.CharField(label=_("名称"), max_length=40, help_text=_("例如：十个一。"))
    effective_on = _day(_("从哪天起"))
    source = forms.CharField(label=_("依据"), max_length=200, help_text=_("哪份文件。"))
    items = forms.CharField(
        label=_("条目"),
        widget=forms.Textarea(attrs={"class": "tall", "rows": 12}),
        help_text=_(
            "一行一条：“饮水机或开水器 = 饮水机”。等号后写设施名，多种设施任一种就算有的，用顿号隔开；同名的可以省去等号。"
        ),
    )

    def __init__(self, orgs: QuerySet[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org"].queryset = orgs  # type: ignore[attr-defined]

    def clean_items(self) -> list[tuple[str, list[str]]]:
        """Return (label, kinds of which one is enough) for each line."""
        by_name = {kind.name: key for key, kind in kinds().items()} | {key: key for key in kinds()}
        found = []
        for line in self.cleaned_data["items"].splitlines():
            label, _sign, named = (part.strip() for part in line.replace("＝", "=").partition("="))
            if not label:
                continue
            wanted = [word.strip() for word in (named or label).replace("，", "、").split("、") if word.strip()]
            wrong = [word for word in wanted if word not in by_name]
            if wrong:
                raise forms.ValidationError(_("没有“%(word)s”这种设施。") % {"word": wrong[0]})
            found.append((label[:40], [by_name[word] for word in wanted]))
        return found
