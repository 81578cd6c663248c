"""What does the office see of the calendar? A year of days, the notices behind it, and the forms that change it."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from xiaojia.kernel.audit.access import needs
from xiaojia.kernel.calendar.access import may_edit, require_editor
from xiaojia.kernel.calendar.actions import change_day, enter_notice
from xiaojia.kernel.calendar.forms import DayForm, NoticeForm
from xiaojia.kernel.calendar.queries import notices, read_table
from xiaojia.kernel.calendar.rules import year_of_months
from xiaojia.lib.errors import XiaojiaError
from xiaojia.web.errors import message_of


@needs("read")
def year(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Show the twelve months of a year and which years are covered."""
    today = timezone.localdate()
    number = number or today.year
    if not 2004 <= number <= 2100:
        raise Http404
    table = read_table()
    values = {
        "year": number,
        "today": today,
        "months": year_of_months(table, number),
        "notices": notices(),
        "covered": number in table.years,
        "missing": table.missing_years(today, date(today.year + 1, 12, 31)),
        "may_edit": may_edit(request.actor),  # type: ignore[attr-defined]
    }
    return render(request, "calendar/year.html", values)


@needs("admin")
def notice(request: HttpRequest) -> HttpResponse:
    """Take the text of a notice, show the days it gives, and store them when told so."""
    require_editor(request.actor)  # type: ignore[attr-defined]
    form = NoticeForm(request.POST or None, initial={"year": request.GET.get("year", timezone.localdate().year + 1)})
    days = None
    if request.method == "POST" and form.is_valid():
        try:
            days = form.days()
            if request.POST.get("verb") == "save":
                enter_notice(actor=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
                messages.success(request, _("已录入%(year)s年的放假安排。") % form.cleaned_data)
                return redirect("calendar:year", form.cleaned_data["year"])
        except XiaojiaError as error:
            form.add_error("text", message_of(error))
    return render(request, "calendar/notice.html", {"form": form, "days": days})


@needs("admin")
def day(request: HttpRequest) -> HttpResponse:
    """Change one day, with a reason."""
    require_editor(request.actor)  # type: ignore[attr-defined]
    form = DayForm(request.POST or None, initial={"on": request.GET.get("on", "")})
    if request.method == "POST" and form.is_valid():
        try:
            change_day(actor=request.actor, **form.cleaned_data)  # type: ignore[attr-defined]
        except XiaojiaError as error:
            form.add_error(None, message_of(error))
        else:
            messages.success(request, _("已改 %(on)s。") % form.cleaned_data)
            return redirect("calendar:year", form.cleaned_data["on"].year)
    return render(request, "calendar/day.html", {"form": form})
