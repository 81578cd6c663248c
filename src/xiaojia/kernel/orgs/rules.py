"""What may each role do? Capabilities by role; a grant is a role at an organisation, for a time."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from xiaojia.kernel.people.rules import VERBS as PEOPLE_VERBS
from xiaojia.lib.errors import gettext_noop


class Cap(StrEnum):
    """One kind of right."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"
    AUDIT = "audit"
    KEEP = "keep"


CAPS: dict[str, frozenset[Cap]] = {
    "admin": frozenset({Cap.READ, Cap.WRITE, Cap.ADMIN, Cap.AUDIT}),
    "officer": frozenset({Cap.READ, Cap.WRITE}),
    "leader": frozenset({Cap.READ}),
    "auditor": frozenset({Cap.READ, Cap.AUDIT}),
    "clerk": frozenset(),
    "keeper": frozenset({Cap.KEEP}),
}


def needs_factor(roles: frozenset[str] | set[str], also: tuple[str, ...] = ()) -> bool:
    """Return whether somebody in these roles needs a second factor.

    Whoever reads the desk sees names, numbers and reports of other people; that floor cannot be lowered. `also` are
    the roles that the operator adds (等保: two factors; GB/T 22239 8.1.4.1 d).
    """
    return any(CAPS[role] & {Cap.READ, Cap.WRITE, Cap.ADMIN, Cap.AUDIT} or role in also for role in roles)


@dataclass(frozen=True)
class Grant:
    """A post in force: the organisation's path, its civil ground as a code prefix ("" = none), the role."""

    org_id: int
    org_path: str
    org_name: str
    role: str
    ground: str = ""
    unit_id: str = ""

    @property
    def caps(self) -> frozenset[Cap]:
        return CAPS[self.role]


def in_force(since: date, until: date | None, today: date) -> bool:
    """Return whether a post counts on `today`; both ends are included."""
    return since <= today and (until is None or today <= until)


def may(grants: tuple[Grant, ...], cap: Cap, *, org_path: str, division_code: str = "") -> bool:
    """Return whether any grant gives `cap` for something of `org_path` on `division_code`.

    Reading goes by path or by ground; everything else by path alone.
    """
    for grant in grants:
        if cap not in grant.caps:
            continue
        if org_path.startswith(grant.org_path):
            return True
        if cap in (Cap.READ, Cap.AUDIT) and grant.ground and division_code.startswith(grant.ground):
            return True
    return False


@dataclass(frozen=True)
class Ground:
    """Where a set of grants reaches: organisation paths and civil code prefixes."""

    paths: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = field(default=())


def reach(grants: tuple[Grant, ...], cap: Cap) -> Ground:
    """Return the paths, and for reading also the grounds, over which the grants give `cap`."""
    able = [grant for grant in grants if cap in grant.caps]
    prefixes = tuple(sorted({g.ground for g in able if g.ground})) if cap in (Cap.READ, Cap.AUDIT) else ()
    return Ground(tuple(sorted({g.org_path for g in able})), prefixes)


VERBS = PEOPLE_VERBS | {
    "orgs.founded": gettext_noop("建立组织"),
    "orgs.unit_registered": gettext_noop("登记单位"),
    "orgs.post_given": gettext_noop("任职"),
    "orgs.post_ended": gettext_noop("结束任职"),
    "orgs.instance_changed": gettext_noop("修改系统设置"),
    "people.registered": gettext_noop("登记人员"),
    "people.renamed": gettext_noop("修改姓名"),
    "people.account_opened": gettext_noop("开通账号"),
    "people.link_issued": gettext_noop("生成一次性链接"),
    "people.password_set": gettext_noop("设置密码"),
    "people.phone_read": gettext_noop("查看手机号"),
    "calendar.notice_entered": gettext_noop("录入放假通知"),
    "calendar.day_changed": gettext_noop("修改单日"),
    "calendar.seeded": gettext_noop("载入历年放假安排"),
}
"""Words for the verbs of the rooms up to this one, for the log."""
