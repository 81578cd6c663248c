"""What can be done with organisations, units and posts?"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from pypinyin import lazy_pinyin

from xiaojia.kernel.audit.actions import Deed, Doer, record, record_all
from xiaojia.kernel.audit.rules import Who, changes
from xiaojia.kernel.orgs.access import require_admin
from xiaojia.kernel.orgs.models import Instance, Organisation, Post, Unit
from xiaojia.kernel.people.actions import issue_one_time_link, open_account, register_person
from xiaojia.kernel.people.models import Person
from xiaojia.kernel.places.models import Division
from xiaojia.kernel.places.queries import counties
from xiaojia.lib.errors import XiaojiaError, gettext_noop

APPOINTED = "工会岗位履职"


class OrgError(XiaojiaError):
    """An organisation, unit or post cannot be so."""


@transaction.atomic
def found_organisation(
    *,
    actor: Doer | Who,
    name: str,
    parent: Organisation | None,
    kind: str = "territorial",
    division: Division | None = None,
    lies_in: list[Division] | None = None,
    short_name: str = "",
) -> Organisation:
    """Create an organisation below `parent` and return it with its path.

    Raises: OrgError `name_taken` when the parent already has one of that name.
    """
    if Organisation.objects.filter(parent=parent, name=name).exists():
        raise OrgError(
            "name_taken", gettext_noop("同一上级下已有“%(name)s”，请换一个名称或直接使用它。"), {"name": name}
        )
    org = Organisation(
        name=name,
        short_name=short_name,
        kind=kind,
        parent=parent,
        division=division,
        created_at=timezone.now(),
        path=f"pending/{name}/{timezone.now().timestamp()}",
    )
    org.save()
    org.path = f"{parent.path if parent else '/'}{org.pk}/"
    org.save(update_fields=["path"])
    if lies_in:
        org.lies_in.set(lies_in)
    record(actor, "orgs.founded", kind="organisation", id=org.pk, label=name, path=org.path, kind_of=kind)
    return org


@transaction.atomic
def register_unit(
    *, actor: Doer | Who, name: str, org: Organisation, roles: list[str], credit_code: str | None = None
) -> Unit:
    """Return the unit of that credit code, or of that name under the same organisation, created if new; roles are added."""
    found = Unit.objects.filter(credit_code=credit_code).first() if credit_code else None
    found = found or Unit.objects.filter(name=name, org=org).first()
    if found:
        missing = [role for role in roles if role not in found.roles]
        if missing:
            found.roles = found.roles + missing
            found.save(update_fields=["roles"])
        return found
    unit = Unit.objects.create(name=name, org=org, roles=roles, credit_code=credit_code, created_at=timezone.now())
    record(actor, "orgs.unit_registered", kind="unit", id=unit.pk, label=name, roles=roles)
    return unit


@transaction.atomic
def register_units(
    *, actor: Doer | Who, names: Iterable[str], org: Organisation, roles: Sequence[str]
) -> dict[str, Unit]:
    """Return the units of these names under an organisation, by name; those that are new are created. Three queries."""
    wanted = list(dict.fromkeys(names))
    found = {unit.name: unit for unit in Unit.objects.filter(name__in=wanted, org=org).order_by("-created_at")}
    for unit in found.values():
        missing = [role for role in roles if role not in unit.roles]
        if missing:
            unit.roles = unit.roles + missing
            unit.save(update_fields=["roles"])
    now = timezone.now()
    new = [Unit(name=n, org=org, roles=list(roles), created_at=now) for n in wanted if n not in found]
    if new:
        Unit.objects.bulk_create(new)
        record_all(
            actor, "orgs.unit_registered", "unit", (Deed(u.pk, u.name, {"roles": list(roles)}) for u in new), now
        )
    return found | {unit.name: unit for unit in new}


@transaction.atomic
def give_post(
    *,
    actor: Doer | Who,
    person: Person,
    org: Organisation,
    role: str,
    since: date,
    until: date | None = None,
    **more: Any,
) -> Post:
    """Give a person a post; an auditor's must be dated.

    Raises: OrgError `undated_auditor`, `ends_before_start`.
    """
    if role == Post.Role.AUDITOR and until is None:
        raise OrgError(
            "undated_auditor",
            gettext_noop("审计人员的任职要写明截止日期。"),
            fields={"until": gettext_noop("请填写截止日期")},
        )
    if until and until < since:
        raise OrgError(
            "ends_before_start", gettext_noop("截止日期早于开始日期。"), fields={"until": gettext_noop("早于开始日期")}
        )
    post = Post.objects.create(person=person, org=org, role=role, since=since, until=until, **more)
    record(actor, "orgs.post_given", kind="post", id=post.pk, label=f"{org.name} {post.get_role_display()}", org=org.pk)
    return post


@transaction.atomic
def end_post(*, actor: Doer | Who, post: Post, on: date) -> Post:
    """End a post on a day (still in force on it); ending twice changes nothing."""
    if post.until != on:
        post.until = on
        post.save(update_fields=["until"])
        record(
            actor, "orgs.post_ended", kind="post", id=post.pk, label=f"{post.org.name} {post.get_role_display()}", on=on
        )
    return post


@transaction.atomic
def set_up_instance(
    *, actor: Doer | Who, division_code: str, name: str, is_demo: bool, code_prefix: str = ""
) -> Instance:
    """Create the installation's root union and one union for each county below it; return the instance row.

    Doing it again returns what is there. Raises: OrgError `unknown_division`.
    """
    existing = Instance.objects.select_related("root", "division").first()
    if existing:
        return existing
    division = Division.objects.filter(code=division_code).first()
    if division is None:
        raise OrgError(
            "unknown_division",
            gettext_noop("没有代码为“%(code)s”的行政区划，请核对六位代码。"),
            {"code": division_code},
        )
    root = found_organisation(actor=actor, name=name, parent=None, division=division, short_name=division.short_name)
    for county in counties(division.prefix):
        if county.code != division.code:
            found_organisation(
                actor=actor, name=f"{county.name}总工会", parent=root, division=county, short_name=county.short_name
            )
    return Instance.objects.create(
        root=root,
        division=division,
        is_demo=is_demo,
        code_prefix=code_prefix or _prefix(division),
        created_at=timezone.now(),
    )


def _prefix(division: Division) -> str:
    """The first letters of a division's name in pinyin: 郑州 → ZZ."""
    return "".join(word[0] for word in lazy_pinyin(division.short_name)).upper()[:6] or "XJ"


@transaction.atomic
def appoint(
    *,
    actor: Any,
    org: Organisation,
    name: str,
    role: str,
    since: date,
    until: date | None = None,
    username: str = "",
    phone: str = "",
    title: str = "",
) -> tuple[Post, str]:
    """Register a person, give her a post and, with a user name, an account; return the post and the one-time link or "".

    Raises: Http404 without administration over `org`; OrgError and PeopleError as the single steps do.
    """
    require_admin(actor, org)
    person = register_person(actor=actor, name=name, purpose=APPOINTED, phone=phone)
    post = give_post(actor=actor, person=person, org=org, role=role, since=since, until=until, title=title)
    if not username:
        return post, ""
    account = open_account(actor=actor, person=person, username=username)
    return post, issue_one_time_link(actor=actor, account=account)


@transaction.atomic
def change_instance(*, actor: Any, instance: Instance, name: str, keeper_word: str) -> Instance:
    """Change the name of the root union and the word for a keeper; the code prefix never changes."""
    require_admin(actor, instance.root)
    before = {"name": instance.root.name, "keeper_word": instance.keeper_word}
    changed = changes(before, {"name": name, "keeper_word": keeper_word})
    if changed:
        instance.root.name, instance.keeper_word = name, keeper_word
        instance.root.save(update_fields=["name"])
        instance.save(update_fields=["keeper_word"])
        record(actor, "orgs.instance_changed", kind="instance", id=instance.pk, label=name, changes=changed)
    return instance
