"""Under which addresses does one sign in and look after one's account? allauth's names, our pages."""

from allauth.account.views import AccountInactiveView, LogoutView, PasswordChangeView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as CodeAgainView
from allauth.mfa.recovery_codes.views import (
    GenerateRecoveryCodesView,
    ViewRecoveryCodesView,
    download_recovery_codes,
)
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib.auth.decorators import login_required
from django.urls import include, path

from xiaojia.kernel.people import views

own = (
    [path("me/", views.profile, name="profile"), path("link/<str:secret>/", views.one_time_link, name="link")],
    "people",
)


def _page(view: type, name: str) -> object:
    return view.as_view(template_name=f"people/{name}.html")  # type: ignore[attr-defined]


urlpatterns = [
    path("", include(own)),
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
    path("sign-out/", _page(LogoutView, "sign_out"), name="account_logout"),
    path("sign-in/closed/", _page(AccountInactiveView, "inactive"), name="account_inactive"),
    path("sign-in/again/", _page(ReauthenticateView, "again"), name="account_reauthenticate"),
    path("sign-in/code/", _page(AuthenticateView, "code"), name="mfa_authenticate"),
    path("sign-in/code-again/", _page(CodeAgainView, "again"), name="mfa_reauthenticate"),
    path("sign-in/forgotten/", views.forgotten, name="account_reset_password"),
    path("me/password/", login_required(_page(PasswordChangeView, "password")), name="account_change_password"),
    path("me/two-step/", _page(IndexView, "two_step"), name="mfa_index"),
    path("me/two-step/on/", _page(ActivateTOTPView, "two_step_on"), name="mfa_activate_totp"),
    path("me/two-step/off/", _page(DeactivateTOTPView, "two_step_off"), name="mfa_deactivate_totp"),
    path("me/two-step/codes/", _page(ViewRecoveryCodesView, "codes"), name="mfa_view_recovery_codes"),
    path("me/two-step/codes/new/", _page(GenerateRecoveryCodesView, "codes_new"), name="mfa_generate_recovery_codes"),
    path("me/two-step/codes/file/", download_recovery_codes, name="mfa_download_recovery_codes"),
    path("sign-in/none/1/", views.closed, name="account_signup"),
    path("sign-in/none/2/", views.closed, name="account_email"),
    path("sign-in/none/3/", views.closed, name="account_email_verification_sent"),
    path("sign-in/none/4/", views.closed, name="account_set_password"),
]
