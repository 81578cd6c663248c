"""How do tests come in by the door itself? Password, code, set-up."""

import base64
import time
from typing import Any

from django.test import Client

from xiaojia.kernel.audit.rules import SYSTEM
from xiaojia.kernel.people.actions import issue_one_time_link, use_one_time_link
from xiaojia.kernel.people.actions.factors import totp_of
from xiaojia.kernel.people.models import Account
from xiaojia.kernel.people.rules import STEP_S, hotp
from xiaojia.kernel.people.secrets import unseal

PASSWORD = "a-long-quiet-evening"


def with_password(account: Account) -> Account:
    """Give an account its password by a one-time link."""
    link = issue_one_time_link(actor=SYSTEM, account=account)
    return use_one_time_link(secret=link.strip("/").rsplit("/", 1)[-1], password=PASSWORD)


def code_at(secret: str, step: int = 0) -> str:
    """The code of now, or of some steps from now."""
    return hotp(base64.b32decode(secret), int(time.time()) // STEP_S + step)


def code_of(account: Account, step: int = 0) -> str:
    """The code that the account's authenticator shows."""
    found = totp_of(account)
    assert found is not None
    return code_at(unseal(found.data["secret"]), step)


def knock(client: Client, username: str, password: str = PASSWORD, **more: Any) -> Any:
    """Send a name and a password."""
    return client.post("/office/sign-in/", {"login": username, "password": password}, **more)


def set_up(client: Client, step: int = 0) -> Any:
    """Set up an authenticator in an unfinished sign-in; returns the page of recovery codes."""
    page = client.get("/office/me/two-step/on/")
    code = code_at(page.context["form"].secret, step)
    return client.post("/office/me/two-step/on/", {"code": code}, follow=True)
