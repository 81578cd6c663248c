"""What does an officer type about a station? One form for each section; a field knows what was shown, so only edits are sent."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xiaojia.domains.stations.models import Station
from xiaojia.domains.stations.rules.labels import FIELDS
from xiaojia.kernel.orgs.models import Organisation


class WordsField(forms.CharField):
    """Several words in one line, separated by 、 or commas."""

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        """Return the words."""
        text = super().clean(value)
        for mark in "，,;；\n":
            text = text.replace(mark, "、")
        return [word.strip() for word in text.split("、") if word.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((self.prepare_value(initial) or "") != (data or "").strip())


def _label(field: str) -> Any:
    return _(FIELDS[field])


def words(field: str, **more: Any) -> WordsField:
    """Return a field for a list of words."""
    return WordsField(label=_label(field), required=False, **more)


def text(field: str, **more: Any) -> forms.CharField:
    """Return a text field as long as its column allows."""
    limit = Station._meta.get_field(field).max_length
    return forms.CharField(label=_label(field), required=more.pop("required", False), max_length=limit, **more)


def choice(field: str, **more: Any) -> forms.ChoiceField:
    """Return a select of the column's choices."""
    options = [("", _("不清楚")), *(Station._meta.get_field(field).choices or ())]
    return forms.ChoiceField(label=_label(field), required=False, choices=options, **more)


def yes_no(field: str, **more: Any) -> forms.TypedChoiceField:
    """Return yes, no or not known."""
    options = [("", _("不清楚")), ("1", _("是")), ("0", _("否"))]
    return forms.TypedChoiceField(
        label=_label(field), required=False, choices=options, coerce=lambda v: v == "1", empty_value=None, **more
    )


def day(field: str) -> forms.DateField:
    """Return a date field with the browser's picker."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=_label(field), required=False, widget=widget)


class SectionForm(forms.Form):
    """A section of a station; `values` are the fields that differ from what was shown."""

    FIELDS: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True

    @classmethod
    def shown(cls, station: Station) -> dict[str, Any]:
        """Return the initial values for a station."""
        found = {name: getattr(station, name) for name in cls.FIELDS}
        return {
            name: {True: "1", False: "0"}.get(value, value) if isinstance(value, bool) else value
            for name, value in found.items()
        }

    def values(self) -> dict[str, Any]:
        """Return what the person changed."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class BasicForm(SectionForm):
    """What it is and whose."""

    FIELDS = ("name", "brand", "aliases", "org", "host_type", "build_kind", "running_mode", "mobility", "area_m2",
              "capacity", "floor", "street_side", "services", "built_on", "accepted_on", "description")  # fmt: skip
    name = text("name", required=True)
    brand = text("brand", help_text=_("例如：户外劳动者驿站。"))
    aliases = words("aliases", help_text=_("老名称、别的叫法，用顿号隔开；搜索时都能找到。"))
    org = forms.ModelChoiceField(label=_label("org"), queryset=Organisation.objects.none(), empty_label=None)
    host_name = forms.CharField(label=_label("host"), required=False, max_length=120)
    host_type = choice("host_type")
    build_kind = choice("build_kind")
    running_mode = choice("running_mode")
    mobility = forms.ChoiceField(label=_label("mobility"), choices=Station.Mobility.choices)
    area_m2 = forms.DecimalField(label=_label("area_m2"), required=False, min_value=0, max_digits=7, decimal_places=1)
    capacity = forms.IntegerField(label=_label("capacity"), required=False, min_value=0, max_value=99_999)
    floor = text("floor")
    street_side = yes_no("street_side")
    services = words("services", help_text=_("用顿号隔开。"))
    built_on = day("built_on")
    accepted_on = day("accepted_on")
    description = forms.CharField(label=_label("description"), required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, orgs: QuerySet[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org"].queryset = orgs  # type: ignore[attr-defined]

    @classmethod
    def shown(cls, station: Station) -> dict[str, Any]:
        """Add the host by its name."""
        return super().shown(station) | {"org": station.org_id, "host_name": station.host.name if station.host else ""}


class AccessForm(SectionForm):
    """How one gets in."""

    FIELDS = ("access", "access_note", "attended", "public_phone")
    access = choice("access")
    access_note = text("access_note", help_text=_("一句话，劳动者照着就能进：从哪个门、找谁、要不要登记。"))
    attended = yes_no("attended", help_text=_("开放时间里没人的时段，在“开放时间”里勾“无人值守”。"))
    public_phone = text("public_phone", help_text=_("公布给劳动者的固定电话；手机号不公开。"))


class AddressForm(SectionForm):
    """Where it is, in words."""

    FIELDS = ("address", "street")
    address = text("address")
    street = text("street")


class RegisterForm(forms.Form):
    """A new station: only what it needs to exist."""

    name = text("name", required=True)
    org = forms.ModelChoiceField(label=_label("org"), queryset=Organisation.objects.none())
    address = text("address")
    host_type = choice("host_type")
    build_kind = choice("build_kind")
    access = choice("access")
    status = forms.ChoiceField(
        label=_label("status"),
        choices=[(s.value, s.label) for s in (Station.Status.RUNNING, Station.Status.TRIAL, Station.Status.PLANNED)],
        help_text=_("筹建的站点不对外显示。"),
    )
    once = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, orgs: QuerySet[Organisation], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org"].queryset = orgs  # type: ignore[attr-defined]
        if orgs.count() == 1:
            self.fields["org"].initial = orgs.first()


class StatusForm(forms.Form):
    """Another status, from a day, for a reason."""

    status = forms.ChoiceField(label=_("改成"), choices=Station.Status.choices)
    on = forms.DateField(label=_("从哪天起"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label=_("原因"), required=False, max_length=200, help_text=_("暂停、整改、摘牌必须写。"))


class KeeperForm(forms.Form):
    """Somebody who keeps the station: a person already known, or a new one by name."""

    person = forms.ChoiceField(label=_("已登记的人"), required=False)
    name = forms.CharField(label=_("新登记：姓名"), required=False, max_length=60)
    phone = forms.CharField(label=_("手机号"), required=False, max_length=20, help_text=_("加密保存，不对外公开。"))
    role = forms.ChoiceField(label=_("身份"), choices=[("main", _("负责")), ("backup", _("替补"))])
    since = forms.DateField(label=_("从哪天起"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, people: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", _("选一个，或在下面填新的人")), *people]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of both must be given."""
        values = super().clean() or {}
        if not values.get("person") and not values.get("name"):
            self.add_error("name", _("请选一个人，或者填姓名。"))
        return values
