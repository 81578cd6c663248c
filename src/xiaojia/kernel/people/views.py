"""What does somebody see of her own account? Sign-in, the one-time link, the password, the profile."""

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from xiaojia.kernel.audit.access import needs
from xiaojia.kernel.people.actions import PeopleError, find_link, rename_person, use_one_time_link
from xiaojia.kernel.people.forms import NameForm, PasswordForm
from xiaojia.kernel.people.models import Person
from xiaojia.web.panels import gather


class SignIn(LoginView):
    """allauth's sign-in in our look, with the demo's sign-ins on a demo."""

    template_name = "people/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the demo lists: dicts {username, password, label, note}."""
        values = super().get_context_data(**kwargs)
        values.pop("site", None)  # allauth's; the shell's `site` is meant on every page
        if settings.IS_DEMO:
            values["demo"] = [row for rows in gather("signin.demo", self.request) for row in rows]
        return values


@never_cache
@sensitive_post_parameters()
def one_time_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Let the owner of a one-time link set a password; a used or old link says so."""
    link = find_link(secret)
    if link is None:
        return render(request, "people/link_over.html", status=410)
    form = PasswordForm(link.account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            use_one_time_link(secret=secret, password=form.cleaned_data["password"])
        except PeopleError:
            return render(request, "people/link_over.html", status=410)
        messages.success(request, _("密码已设好，请登录。"))
        return redirect("account_login")
    return render(request, "people/set_password.html", {"form": form, "username": link.account.username})


@needs("")
def profile(request: HttpRequest) -> HttpResponse:
    """Show the own account, its posts and second factor; let the name be changed."""
    person = Person.objects.filter(account=request.user).first()
    form = NameForm(request.POST or None, initial={"name": person.name if person else ""})
    if request.method == "POST" and form.is_valid():
        if person is None:
            raise Http404
        rename_person(actor=request.actor, person=person, name=form.cleaned_data["name"])  # type: ignore[attr-defined]
        messages.success(request, _("已保存。"))
        return redirect("people:profile")
    return render(request, "people/profile.html", {"form": form, "person": person})


def forgotten(request: HttpRequest) -> HttpResponse:
    """Say what helps without mail: the administrator's one-time link."""
    return render(request, "people/forgotten.html")


def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Stand for allauth's pages that this product does not have."""
    raise Http404
