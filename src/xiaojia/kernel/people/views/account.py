"""What does somebody see of her own account? Sign-in and out, the one-time link, the password, the profile."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from xiaojia.kernel.audit.access import needs
from xiaojia.kernel.audit.actions import record
from xiaojia.kernel.people.actions import PeopleError, end_others, find_link, rename_person, use_one_time_link
from xiaojia.kernel.people.actions.factors import totp_of
from xiaojia.kernel.people.forms import NameForm, PasswordForm
from xiaojia.kernel.people.models import Person
from xiaojia.kernel.people.models import SignIn as SignInRow
from xiaojia.kernel.people.queries import sessions_of
from xiaojia.kernel.people.rules import ENDED
from xiaojia.web.panels import gather


def sign_in_of(request: HttpRequest) -> SignInRow:
    """Return the row of the session that asks."""
    row: SignInRow = request.sign_in  # type: ignore[attr-defined]
    return row


def has_factor(request: HttpRequest) -> bool:
    """Return whether the one who asks has an authenticator of her own."""
    return request.user.is_authenticated and totp_of(request.user) is not None


class SignIn(LoginView):
    """allauth's sign-in in our look, with the demo's sign-ins on a demo."""

    template_name = "people/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the demo lists: dicts {username, password, label, note}."""
        values = super().get_context_data(**kwargs)
        values.pop("site", None)  # allauth's; the shell's `site` is meant on every page
        values["over"] = ENDED.get(self.request.GET.get("over", ""), "")
        values["provider"] = settings.OIDC
        if settings.IS_DEMO:
            values["demo"] = [row for rows in gather("signin.demo", self.request) for row in rows]
        return values


class SignOut(LogoutView):
    """allauth's sign-out; the browser also forgets what it has kept of the desk."""

    template_name = "people/sign_out.html"

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """End the session and clear the pages that the back button would show."""
        response = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'
        return response


@method_decorator(reauthentication_required(app="allauth.mfa", enabled=has_factor), "dispatch")
class NewPassword(PasswordChangeView):
    """allauth's change of the password; whoever has an authenticator confirms with it first. Other sessions end."""

    template_name = "people/password.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Change it, leave a line, end the sessions elsewhere."""
        response = super().form_valid(form)
        user = self.request.user
        record(user, "people.password_changed", kind="account", id=user.pk, label=user.get_username())  # type: ignore[arg-type]
        end_others(actor=user, account=user, keep=sign_in_of(self.request).pk)  # type: ignore[arg-type]
        return response


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
    values = {"form": form, "person": person, "factor": has_factor(request), "sessions": sessions_of(request.user)}
    return render(request, "people/profile.html", values)


def forgotten(request: HttpRequest) -> HttpResponse:
    """Say what helps without mail: the administrator's one-time link."""
    return render(request, "people/forgotten.html")


def closed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Stand for allauth's pages that this product does not have."""
    raise Http404
