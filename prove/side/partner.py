"""How does a prover get a partner's key and limits that it cannot reach? By the product's own actions, in its data folder."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from tests.journeys.product import environment

ROOT = Path(__file__).resolve().parents[2]
PER_MINUTE = 600_000


def partner(home: Path) -> str:
    """Raise the limits of a running demo and return the token of a new key with every permission."""
    command = [sys.executable, "-m", "prove.side.partner"]
    done = subprocess.run(command, cwd=ROOT, env=environment(home), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout.split()[-1]


def make() -> str:
    """Do it, inside the demo's environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaojia.config.settings")
    import django

    django.setup()
    from django.utils import timezone

    from xiaojia.domains.demo.rules.people import SIGN_INS
    from xiaojia.kernel.keys.actions import make_key, set_limits
    from xiaojia.kernel.keys.rules import SCOPES
    from xiaojia.kernel.orgs.access import actor_of
    from xiaojia.kernel.orgs.models import Instance
    from xiaojia.kernel.people.models import Account

    now, today = timezone.now(), timezone.localdate()
    name = next(one.username for one in SIGN_INS if one.label_en == "Administrator")
    set_limits(address_per_min=PER_MINUTE, key_per_min=PER_MINUTE, effective_from=now)
    _key, token = make_key(
        actor=actor_of(Account.objects.get(username=name)), org=Instance.objects.get().root, label="测试平台",
        scopes=list(SCOPES), expires_on=today + timedelta(days=30), now=now, today=today,
    )  # fmt: skip
    return token


if __name__ == "__main__":
    print(make())
