"""Under which addresses does one sign in and look after one's account? allauth's names, our pages."""

from allauth.account.views import AccountInactiveView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView, download_recovery_codes
from django.contrib.auth.decorators import login_required
from django.urls import include, path

from xiaojia.kernel.people.views import account, factors, provider, sessions

own = (
    [
        path("me/", account.profile, name="profile"),
        path("me/sessions/end/", sessions.end_rest, name="end_others"),
        path("me/sessions/<uuid:pk>/end/", sessions.end_one, name="end_session"),
        path("me/two-step/replace/", factors.Replace.as_view(), name="replace"),
        path("link/<str:secret>/", account.one_time_link, name="link"),
        path("sign-in/provider/", provider.leave, name="provider"),
        path("sign-in/provider/back/", provider.come_back, name="provider_back"),
    ],
    "people",
)


def _page(view: type, name: str) -> object:
    return view.as_view(template_name=f"people/{name}.html")  # type: ignore[attr-defined]


urlpatterns = [
    path("", include(own)),
    path("sign-in/", account.SignIn.as_view(), name="account_login"),
    path("sign-out/", account.SignOut.as_view(), name="account_logout"),
    path("sign-in/closed/", _page(AccountInactiveView, "inactive"), name="account_inactive"),
    path("sign-in/again/", factors.Again.as_view(), name="account_reauthenticate"),
    path("sign-in/code/", _page(AuthenticateView, "code"), name="mfa_authenticate"),
    path("sign-in/code-again/", factors.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path("sign-in/forgotten/", account.forgotten, name="account_reset_password"),
    path("me/password/", login_required(account.NewPassword.as_view()), name="account_change_password"),
    path("me/two-step/", _page(IndexView, "two_step"), name="mfa_index"),
    path("me/two-step/on/", factors.SetUp.as_view(), name="mfa_activate_totp"),
    path("me/two-step/off/", factors.TurnOff.as_view(), name="mfa_deactivate_totp"),
    path("me/two-step/codes/", _page(ViewRecoveryCodesView, "codes"), name="mfa_view_recovery_codes"),
    path("me/two-step/codes/new/", factors.NewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("me/two-step/codes/file/", download_recovery_codes, name="mfa_download_recovery_codes"),
    path("sign-in/none/1/", account.closed, name="account_signup"),
    path("sign-in/none/2/", account.closed, name="account_email"),
    path("sign-in/none/3/", account.closed, name="account_email_verification_sent"),
    path("sign-in/none/4/", account.closed, name="account_set_password"),
]
