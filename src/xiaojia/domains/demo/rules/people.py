"""Who can sign in to the demo city? Invented people, one for each way of looking at the product."""

from typing import NamedTuple


class SignIn(NamedTuple):
    """A demo account: user name, password, whose desk it is, the person's invented name, organisation and role."""

    username: str
    password: str
    label: str
    label_en: str
    person: str
    org: str
    role: str


CITY = ""
PASSWORD = "xiaojia-demo"  # noqa: S105 - printed on the demo's own sign-in page
SIGN_INS = (
    SignIn("shi", PASSWORD, "市总工会经办人", "City officer", "演示·市经办", CITY, "officer"),
    SignIn(
        "jiyang",
        PASSWORD,
        "吉阳区总工会经办人",
        "District officer (Jiyang)",
        "演示·吉阳经办",
        "吉阳区总工会",
        "officer",
    ),
    SignIn("guanli", PASSWORD, "系统管理员", "Administrator", "演示·管理员", CITY, "admin"),
    SignIn("lingdao", PASSWORD, "分管领导（只看）", "Leader in charge (read only)", "演示·分管领导", CITY, "leader"),
    SignIn(
        "shenji", PASSWORD, "审计（只看，含日志）", "Auditor (read only, with the log)", "演示·审计", CITY, "auditor"
    ),
    SignIn("zhanzhang", PASSWORD, "月川环卫驿站站长", "Station keeper", "演示·站长", "吉阳区总工会", "keeper"),
)
