"""What can be done with sessions? Begin one within the rule, end one, end the others."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from xiaojia.kernel.audit.actions import Doer, record
from xiaojia.kernel.audit.rules import Who
from xiaojia.kernel.people.models import Account, SignIn
from xiaojia.kernel.people.rules import SessionRule, device_kind, hint_of


@transaction.atomic
def begin_session(
    *, account: Account, factor: str = "", user_agent: str = "", address: str = "", now: datetime
) -> SignIn:
    """Write a session down; beyond the rule's number the ones unused for longest end."""
    rule: SessionRule = settings.SESSION_RULE
    Account.objects.select_for_update().get(pk=account.pk)
    kept = account.sign_ins.filter(seen_at__gt=now - rule.idle, began_at__gt=now - rule.whole)
    account.sign_ins.exclude(pk__in=list(kept.values_list("pk", flat=True)[: rule.most - 1])).delete()
    return SignIn.objects.create(
        account=account,
        factor=factor,
        device=device_kind(user_agent)[:40],
        place=hint_of(address),
        began_at=now,
        seen_at=now,
    )


@transaction.atomic
def end_session(*, actor: Doer | Who, account: Account, pk: Any) -> bool:
    """End one of an account's own sessions at once; return whether there was one."""
    gone, _ = account.sign_ins.filter(pk=pk).delete()
    if gone:
        record(actor, "people.sessions_ended", kind="account", id=account.pk, label=account.username, sessions=gone)
    return bool(gone)


@transaction.atomic
def end_others(*, actor: Doer | Who, account: Account, keep: Any = None) -> int:
    """End all sessions of an account but one; return how many ended."""
    gone, _ = account.sign_ins.exclude(pk=keep).delete()
    if gone:
        record(actor, "people.sessions_ended", kind="account", id=account.pk, label=account.username, sessions=gone)
    return gone


def end_sessions(account: Account, keep: Any = None) -> int:
    """End an account's sessions as part of another verb, which leaves the line."""
    return account.sign_ins.exclude(pk=keep).delete()[0]
