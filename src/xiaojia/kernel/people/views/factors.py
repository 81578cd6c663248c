"""How does somebody set up, replace and turn off her second factor? allauth's forms; the session that did it goes on."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY, reauthenticate_by_password
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeAgainView
from allauth.mfa.recovery_codes.internal.flows import auto_generate_recovery_codes
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.internal.auth import TOTP, clear_totp_secret
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic.edit import FormView

from xiaojia.kernel.audit.actions import record
from xiaojia.kernel.people.actions import factor_replaced, factor_set_up, factor_turned_off
from xiaojia.kernel.people.actions.factors import totp_of
from xiaojia.kernel.people.views.account import sign_in_of


def _is_unfinished(request: HttpRequest) -> bool:
    """Whether this sign-in still lacks the second factor that the posts ask for; known once the user is asked for."""
    return request.user.is_authenticated and bool(getattr(request, "unfinished", False))


class Again(ReauthenticateView):
    """Ask for the password once more. A session without its second factor can only go on to set it up."""

    template_name = "people/again.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Forget what else such a session may have had in mind."""
        if _is_unfinished(request):
            request.session.pop(STATE_SESSION_KEY, None)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on under a new key: who has proved herself again must not share the old one."""
        response = super().form_valid(form)
        self.request.session.cycle_key()
        return response


class CodeAgain(CodeAgainView):
    """Ask for a code once more, of those who have an authenticator."""

    template_name = "people/again.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on under a new key."""
        response = super().form_valid(form)
        self.request.session.cycle_key()
        return response


@method_decorator([login_required, never_cache], "dispatch")
class SetUp(ActivateTOTPView):
    """Set up an authenticator. Right after sign-in the password is not asked for a second time."""

    template_name = "people/two_step_on.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take a password given within the last minutes of an unfinished sign-in as the confirmation."""
        if _is_unfinished(request) and _gave_password(request):
            reauthenticate_by_password(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether one must, and hand on where one wanted to go."""
        return super().get_context_data(**kwargs) | {"must": _is_unfinished(self.request)}

    def form_valid(self, form: Any) -> HttpResponse:
        """Set it up, prove the session with it, end all others."""
        with transaction.atomic():
            response = super().form_valid(form)
            values = {"account": self.request.user, "sign_in": sign_in_of(self.request)}
            factor_set_up(actor=self.request.user, code=form.cleaned_data["code"], now=timezone.now(), **values)  # type: ignore[arg-type]
        self.request.session.cycle_key()
        return response


def _gave_password(request: HttpRequest) -> bool:
    given = [one for one in get_authentication_records(request, request.user) if one.get("method") == "password"]  # type: ignore[arg-type]
    return bool(given) and time.time() - given[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT


@method_decorator([login_required, never_cache, reauthentication_required(app="allauth.mfa")], "dispatch")
class Replace(ActivateTOTPView):
    """Put a new authenticator in the place of the old one; in between the account is never without."""

    template_name = "people/two_step_on.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Replace only what is there."""
        if totp_of(request.user) is None:
            return redirect("mfa_activate_totp")
        return FormView.dispatch(self, request, *args, **kwargs)  # type: ignore[return-value]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say that the old one goes."""
        return super().get_context_data(**kwargs) | {"replace": True}

    def form_valid(self, form: Any) -> HttpResponse:
        """Swap them in one step; the recovery codes stay."""
        request, old = self.request, totp_of(self.request.user)
        if old is None:
            return redirect("mfa_activate_totp")
        with transaction.atomic():
            old.delete()
            TOTP.activate(request.user, form.secret)  # type: ignore[arg-type]
            auto_generate_recovery_codes(request)
            values = {"account": request.user, "sign_in": sign_in_of(request), "code": form.cleaned_data["code"]}
            factor_replaced(actor=request.user, now=timezone.now(), **values)  # type: ignore[arg-type]
        clear_totp_secret(request)
        request.session.cycle_key()
        messages.success(request, _("验证器已更换，旧的不再有效。"))
        return redirect("mfa_index")


class TurnOff(DeactivateTOTPView):
    """Turn the second factor off, where no post asks for it."""

    template_name = "people/two_step_off.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Turn it off; other sessions end."""
        with transaction.atomic():
            response = super().form_valid(form)
            user = self.request.user
            factor_turned_off(actor=user, account=user, sign_in=sign_in_of(self.request))  # type: ignore[arg-type]
        self.request.session.cycle_key()
        return response


@method_decorator(login_required, "dispatch")
class NewCodes(GenerateRecoveryCodesView):
    """Make new recovery codes; the old ones end."""

    template_name = "people/codes_new.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Make them and leave a line."""
        with transaction.atomic():
            response = super().form_valid(form)
            user = self.request.user
            record(user, "people.codes_renewed", kind="account", id=user.pk, label=user.get_username())  # type: ignore[arg-type]
        return response
