"""What is kept of people and accounts, how long, and what is told or deleted when a person asks?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from xiaojia.kernel.people.actions import phone_of
from xiaojia.kernel.people.models import Attempt, OneTimeLink, Person, SignIn
from xiaojia.kernel.people.secrets import decrypt
from xiaojia.lib.errors import gettext_noop as _
from xiaojia.lib.terms import Term

HEAD = (_("项目"), _("内容"))
FORGOTTEN = "已删除人员"


def _over(cutoff: datetime) -> QuerySet[OneTimeLink]:
    return OneTimeLink.objects.filter(Q(expires_at__lt=cutoff) | Q(used_at__lt=cutoff))


def links_over(cutoff: datetime) -> int:
    """Count the one-time links that were used or ran out before."""
    return _over(cutoff).count()


def drop_links(cutoff: datetime, most: int) -> int:
    """Delete some of them."""
    return OneTimeLink.objects.filter(pk__in=list(_over(cutoff).values_list("pk", flat=True)[:most])).delete()[0]


def attempts_over(cutoff: datetime) -> int:
    """Count the failed sign-ins from before."""
    return Attempt.objects.filter(at__lt=cutoff).count()


def drop_attempts(cutoff: datetime, most: int) -> int:
    """Delete some of them."""
    keys = list(Attempt.objects.filter(at__lt=cutoff).values_list("pk", flat=True)[:most])
    return Attempt.objects.filter(pk__in=keys).delete()[0]


def sign_ins_over(cutoff: datetime) -> int:
    """Count the sessions that nobody has used since."""
    return SignIn.objects.filter(seen_at__lt=cutoff).count()


def drop_sign_ins(cutoff: datetime, most: int) -> int:
    """Delete some of them."""
    keys = list(SignIn.objects.filter(seen_at__lt=cutoff).values_list("pk", flat=True)[:most])
    return SignIn.objects.filter(pk__in=keys).delete()[0]


TERMS = (
    Term("people.attempts", _("登录失败的次数"), _("防止有人猜密码"), _("发生"),
         _("个人信息保护法第十九条：保存期限为实现目的所必要的最短时间"), 1, 1, 7, attempts_over, drop_attempts),
    Term("people.sign_ins", _("正在登录的设备"), _("让本人看得见、结束得了自己的登录"), _("最后一次使用"),
         _("个人信息保护法第十九条：保存期限为实现目的所必要的最短时间"), 1, 1, 7, sign_ins_over, drop_sign_ins),
    Term("people.links", _("一次性链接"), _("让本人自己设密码"), _("用过或过期"),
         _("个人信息保护法第十九条：保存期限为实现目的所必要的最短时间"), 30, 0, 183, links_over, drop_links),
)  # fmt: skip


def identity(person: Person) -> tuple[str, tuple[str, ...], Sequence[tuple[Any, ...]]]:
    """Return (heading, columns, rows): what the register and the account say of a person."""
    rows: list[tuple[Any, ...]] = [
        (_("姓名"), person.name), (_("手机号"), phone_of(person)), (_("证件类型"), person.identity_kind),
        (_("证件号码"), decrypt(person.identity_encrypted) if person.identity_encrypted else ""),
        (_("处理目的"), person.purpose), (_("登记时间"), person.created_at),
    ]  # fmt: skip
    if person.account:
        rows += [
            (_("用户名"), person.account.username), (_("开户时间"), person.account.date_joined),
            (_("上次登录"), person.account.last_login), (_("邮箱"), person.account.email),
        ]  # fmt: skip
    return _("身份与账号"), HEAD, [row for row in rows if row[1] not in ("", None)]


def forget(person: Person) -> None:
    """Empty the person and delete the account with all that hangs on it; the row stays as a number for old records."""
    account = person.account
    person.name, person.purpose, person.account = FORGOTTEN, "", None
    person.phone_encrypted = person.identity_encrypted = None
    person.phone_hash = person.identity_hash = person.identity_kind = ""
    person.save()
    if account:
        account.delete()
