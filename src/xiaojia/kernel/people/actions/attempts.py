"""How are guesses slowed down? Every attempt is written before it is judged, in the database that all processes share."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.timezone import localtime

from xiaojia.kernel.audit.actions import Doer, record
from xiaojia.kernel.audit.rules import Who
from xiaojia.kernel.people.actions.accounts import PeopleError
from xiaojia.kernel.people.models import Account, Attempt
from xiaojia.kernel.people.rules import CODE, LONGEST, NAME, NETWORK, PAIR, attempt_names, network_of, typed_name
from xiaojia.kernel.people.secrets import keyed_hash
from xiaojia.lib.errors import gettext_noop

STRANGER = Who("", "")
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 8246))"


class LockedError(PeopleError):
    """Too many failures; `until` says when the next attempt may be made."""

    status = 429

    def __init__(self, until: datetime) -> None:
        self.until = until
        text = gettext_noop("登录失败次数太多，请在 %(time)s 以后再试，或请本级工会的管理员解除锁定。")
        super().__init__("locked", text, {"time": localtime(until).strftime("%H:%M")})


@dataclass(frozen=True)
class Trial:
    """One attempt under way; `settle` says how it went."""

    pk: int
    username: str


def name_hash(username: str) -> str:
    """Return the hash under which the failures of a typed name are counted, whether such an account exists or not."""
    return keyed_hash("attempt-name", typed_name(username))


def try_once(*, username: str, address: str, known: bool = False, kind: str = "password", now: datetime) -> Trial:
    """Count an attempt as failed before it is judged, so that a burst over several processes cannot slip through.

    `known`: the browser has signed in to this account before. Raises: LockedError.
    """
    name, network = name_hash(username), keyed_hash("attempt-network", network_of(address))
    with transaction.atomic():
        with connection.cursor() as cursor:
            for key in sorted((name, network)):
                cursor.execute(LOCK, [key])
        until = _until(kind, name, network, known, now)
        if until is None:
            made = Attempt.objects.create(at=now, kind=kind, name_hash=name, network_hash=network)
            return Trial(made.pk, username)
    raise LockedError(until)


def _until(kind: str, name: str, network: str, known: bool, now: datetime) -> datetime | None:
    fresh = Attempt.objects.filter(at__gt=now - LONGEST, kind=kind)
    by_name = list(fresh.filter(name_hash=name).values_list("at", "network_hash"))
    if kind == "code":
        return CODE.until([at for at, _ in by_name], now)
    waits = [PAIR.until([at for at, where in by_name if where == network], now)]
    waits.append(NETWORK.until(list(fresh.filter(network_hash=network).values_list("at", flat=True)), now))
    if not known:
        waits.append(NAME.until([at for at, _ in by_name], now))
    return max((until for until in waits if until), default=None)


@transaction.atomic
def settle(trial: Trial, *, account: Account | None, meant: Account | None = None, now: datetime | None = None) -> None:
    """Forget an attempt that succeeded (`account` is whose), or leave a line for one that failed.

    The line names the account only if it is known or there is one of that name: what strangers type may be a password.
    """
    if account is not None:
        Attempt.objects.filter(pk=trial.pk).delete()
        return
    now = now or timezone.now()
    meant = meant or Account.objects.filter(username__iexact=trial.username.strip()).first()
    fails = Attempt.objects.filter(name_hash=name_hash(trial.username), at__gt=now - PAIR.window).count()
    verb = "people.sign_in_locked" if fails % PAIR.fails == 0 else "people.sign_in_failed"
    label = meant.username if meant else ""
    record(STRANGER, verb, kind="account", id=meant.pk if meant else "", label=label, at=now)


@transaction.atomic
def release(*, actor: Doer | Who, account: Account) -> int:
    """Let an account try again at once; return how many failures were forgotten. None: nothing is written."""
    names = [keyed_hash("attempt-name", name) for name in attempt_names(account.username, account.pk)]
    gone, _ = Attempt.objects.filter(name_hash__in=names).delete()
    if gone:
        record(actor, "people.lock_released", kind="account", id=account.pk, label=account.username)
    return gone
