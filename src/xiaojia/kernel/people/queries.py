"""Which sessions has an account, and which accounts have to wait?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from xiaojia.kernel.people.models import Account, Attempt, SignIn
from xiaojia.kernel.people.rules import CODE, LONGEST, NAME, PAIR, attempt_names
from xiaojia.kernel.people.secrets import keyed_hash


def sessions_of(account: Any, now: datetime | None = None) -> QuerySet[SignIn]:
    """Return an account's sessions that are not over, the one used last first."""
    now, rule = now or timezone.now(), settings.SESSION_RULE
    return SignIn.objects.filter(account=account.pk, seen_at__gt=now - rule.idle, began_at__gt=now - rule.whole)


def present(accounts: Sequence[Account], now: datetime) -> set[int]:
    """Return the ids of those accounts that are signed in somewhere; one query."""
    rule = settings.SESSION_RULE
    rows = SignIn.objects.filter(account__in=accounts, seen_at__gt=now - rule.idle, began_at__gt=now - rule.whole)
    return set(rows.values_list("account_id", flat=True))


def factors_of(accounts: Sequence[Account]) -> set[int]:
    """Return the ids of those accounts that have an authenticator; one query."""
    held = Authenticator.objects.filter(user_id__in=[a.pk for a in accounts], type=Authenticator.Type.TOTP)
    return set(held.values_list("user_id", flat=True))


def locks_of(accounts: Sequence[Account], now: datetime) -> dict[int, datetime]:
    """Return {account id: until when it, or somebody who tries it, has to wait}; one query."""
    names = {keyed_hash("attempt-name", name): a.pk for a in accounts for name in attempt_names(a.username, a.pk)}
    rows = Attempt.objects.filter(name_hash__in=names, at__gt=now - LONGEST)
    by_pair: dict[tuple[int, str, str], list[datetime]] = {}
    by_name: dict[int, list[datetime]] = {}
    for name, kind, network, at in rows.values_list("name_hash", "kind", "network_hash", "at"):
        place = "" if kind == "code" else network
        by_pair.setdefault((names[name], kind, place), []).append(at)
        by_name.setdefault(names[name], []).append(at)
    waits = [(pk, (CODE if kind == "code" else PAIR).until(times, now)) for (pk, kind, _), times in by_pair.items()]
    found: dict[int, datetime] = {}
    for pk, until in [*waits, *((pk, NAME.until(times, now)) for pk, times in by_name.items())]:
        if until:
            found[pk] = max(until, found.get(pk, until))
    return found
