"""Does a wrong setting about the doors say its name, and can the floor not be lowered?"""

from datetime import timedelta

import pytest

from xiaojia.config.env import EnvError, load_env
from xiaojia.config.guard import HSTS, Guard, read_guard


def test_nobody_has_touched_it():
    guard = read_guard({})
    assert guard == Guard()
    assert (guard.session.most, guard.session.idle, guard.session.whole) == (3, timedelta(hours=1), timedelta(hours=12))
    assert guard.hsts == HSTS == "max-age=31536000; includeSubDomains"


def test_what_the_operator_says():
    guard = read_guard(
        {
            "XIAOJIA_MFA_ALSO": "keeper, clerk",
            "XIAOJIA_SESSIONS_MAX": "1",
            "XIAOJIA_SESSION_IDLE_MIN": "30",
            "XIAOJIA_SESSION_HOURS": "8",
            "XIAOJIA_HSTS": "off",
            "XIAOJIA_OIDC_ISSUER": "https://id.example.cn/realm",
            "XIAOJIA_OIDC_CLIENT_ID": "xiaojia",
            "XIAOJIA_OIDC_MFA": "mfa, otp",
        }
    )
    assert guard.mfa_also == ("keeper", "clerk")
    assert (guard.session.most, guard.session.idle, guard.session.whole) == (
        1, timedelta(minutes=30), timedelta(hours=8),
    )  # fmt: skip
    assert guard.hsts == ""
    assert guard.oidc is not None and (guard.oidc.claim, guard.oidc.strong) == ("preferred_username", ("mfa", "otp"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("XIAOJIA_MFA_ALSO", "-officer"),
        ("XIAOJIA_MFA_ALSO", "officer"),
        ("XIAOJIA_SESSIONS_MAX", "0"),
        ("XIAOJIA_SESSION_IDLE_MIN", "1000"),
        ("XIAOJIA_SESSION_HOURS", "many"),
        ("XIAOJIA_HSTS", "max-age=0\r\nX: y"),
        ("XIAOJIA_SECURITY_CONTACT", "javascript:alert(1)"),
        ("XIAOJIA_SECURITY_CONTACT", "mailto:a@b\nExpires: never"),
        ("XIAOJIA_OIDC_ISSUER", "https://id.example.cn"),
        ("XIAOJIA_OIDC_CLIENT_ID", "xiaojia"),
    ],
)
def test_a_wrong_one_is_named(tmp_path, name, value):
    with pytest.raises(EnvError, match=name):
        load_env({"XIAOJIA_HOME": str(tmp_path), name: value})


def test_a_provider_over_plain_http_is_refused_unless_it_is_this_machine(tmp_path):
    given = {"XIAOJIA_HOME": str(tmp_path), "XIAOJIA_OIDC_CLIENT_ID": "x"}
    with pytest.raises(EnvError, match="XIAOJIA_OIDC_ISSUER"):
        load_env(given | {"XIAOJIA_OIDC_ISSUER": "http://id.example.cn"})
    assert load_env(given | {"XIAOJIA_OIDC_ISSUER": "http://127.0.0.1:9000"}).guard.oidc is not None
