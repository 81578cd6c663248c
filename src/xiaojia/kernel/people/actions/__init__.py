"""What can be done with people and accounts? The public names of this room's verbs."""

from xiaojia.kernel.people.actions.accounts import (
    PeopleError,
    find_link,
    issue_one_time_link,
    open_account,
    phone_of,
    register_person,
    rename_person,
    use_one_time_link,
    vouched_for,
)
from xiaojia.kernel.people.actions.attempts import release, settle, try_once
from xiaojia.kernel.people.actions.factors import (
    accept_code,
    factor_replaced,
    factor_set_up,
    factor_turned_off,
    reset_factor,
)
from xiaojia.kernel.people.actions.sessions import begin_session, end_others, end_session, end_sessions

__all__ = [
    "PeopleError",
    "accept_code",
    "begin_session",
    "end_others",
    "end_session",
    "end_sessions",
    "factor_replaced",
    "factor_set_up",
    "factor_turned_off",
    "find_link",
    "issue_one_time_link",
    "open_account",
    "phone_of",
    "register_person",
    "release",
    "rename_person",
    "reset_factor",
    "settle",
    "try_once",
    "use_one_time_link",
    "vouched_for",
]
