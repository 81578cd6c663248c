"""How do accounts come to be? By an officer only: nobody signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

QUIET = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


class AccountAdapter(DefaultAccountAdapter):
    """Close sign-up and say nothing at sign-in; everything else as allauth does it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kw: Any
    ) -> None:
        """Leave out the messages that only repeat what the page shows."""
        if message_template not in QUIET:
            super().add_message(request, level, message_template, *args, **kw)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead back to the own account."""
        return "/office/me/"
