"""What does an administrator see? The tree of organisations, the people with their posts, the instance's words."""

from collections.abc import Iterable

from django.conf import settings as django_settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from xiaojia.kernel.audit.actions import record
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.actions import appoint, change_instance, end_post, found_organisation
from xiaojia.kernel.orgs.forms import AppointForm, EndForm, InstanceForm, OrganisationForm
from xiaojia.kernel.orgs.models import Post
from xiaojia.kernel.orgs.queries import grounds_below, instance, posts_of, reachable, tree
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.kernel.people.actions import end_others, issue_one_time_link, phone_of, release, reset_factor
from xiaojia.kernel.people.queries import factors_of, locks_of, present
from xiaojia.lib.errors import XiaojiaError
from xiaojia.web.errors import message_of

PAGE_ROWS = 50


def put(form: object, error: XiaojiaError) -> None:
    """Show a refusal beside the field that it names, else above the form."""
    known = [name for name in error.fields if name in form.fields]  # type: ignore[attr-defined]
    for name in known:
        form.add_error(name, _(error.fields[name]))  # type: ignore[attr-defined]
    if not known:
        form.add_error(None, message_of(error))  # type: ignore[attr-defined]


@require(Cap.READ)
def organisations(request: HttpRequest) -> HttpResponse:
    """Show the tree that the actor reads."""
    return render(request, "orgs/organisations.html", {"rows": tree(request.actor, timezone.localdate())})


@require(Cap.ADMIN)
def organisation_new(request: HttpRequest, parent_id: int) -> HttpResponse:
    """Create an organisation below one that the actor administers."""
    parent = get_object_or_404(reachable(request.actor, Cap.ADMIN), pk=parent_id)
    form = OrganisationForm(parent, grounds_below(parent), request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            made = found_organisation(actor=request.actor, parent=parent, lies_in=list(values.pop("lies_in")), **values)
        except XiaojiaError as error:
            put(form, error)
        else:
            messages.success(request, _("已建立“%(name)s”。") % {"name": made.name})
            return redirect("orgs:organisations")
    return render(request, "orgs/organisation_form.html", {"form": form, "parent": parent})


@require(Cap.ADMIN)
def people(request: HttpRequest) -> HttpResponse:
    """List the posts of the organisations that the actor administers."""
    today, q, ended = timezone.localdate(), request.GET.get("q", "").strip(), request.GET.get("ended") == "1"
    posts = posts_of(request.actor, q=q, org_path=request.GET.get("org", ""), ended=ended, today=today)
    page = Paginator(posts, PAGE_ROWS).get_page(request.GET.get("page"))
    orgs = reachable(request.actor, Cap.ADMIN)
    _mark_accounts(page)
    values = {"page": page, "orgs_list": orgs, "q_people": q, "ended": ended, "today": today}
    return render(request, "orgs/people.html", values)


def _mark_accounts(posts: Iterable[Post]) -> None:
    """Say of each post's account until when it has to wait, whether it has a second factor and is signed in."""
    accounts = [post.person.account for post in posts if post.person.account]
    now = timezone.now()
    locks, factors, inside = locks_of(accounts, now), factors_of(accounts), present(accounts, now)
    for account in accounts:
        account.waits_until, account.has_factor = locks.get(account.pk), account.pk in factors
        account.is_inside = account.pk in inside


@never_cache
@require(Cap.ADMIN)
def person_new(request: HttpRequest) -> HttpResponse:
    """Register a person with a post and show the one-time link, once."""
    form = AppointForm(reachable(request.actor, Cap.ADMIN), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            post, link = appoint(actor=request.actor, **form.cleaned_data)
        except XiaojiaError as error:
            put(form, error)
        else:
            if link:
                return _show_link(request, post, link)
            messages.success(request, _("已登记%(name)s。") % {"name": post.person.name})
            return redirect("orgs:people")
    return render(request, "orgs/person_form.html", {"form": form})


@require(Cap.ADMIN)
def post_end(request: HttpRequest, post_id: int) -> HttpResponse:
    """Ask for the last day of a post, and end it."""
    post = get_object_or_404(posts_of(request.actor, ended=True, today=timezone.localdate()), pk=post_id)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        end_post(actor=request.actor, post=post, on=form.cleaned_data["on"])
        messages.success(request, _("已结束%(name)s的任职。") % {"name": post.person.name})
        return redirect("orgs:people")
    return render(request, "orgs/post_end.html", {"form": form, "post": post})


@never_cache
@require_POST
@require(Cap.ADMIN)
def reset_link(request: HttpRequest, post_id: int) -> HttpResponse:
    """Make a new one-time link for somebody's account and show it, once."""
    posts = posts_of(request.actor, today=timezone.localdate())
    post = get_object_or_404(posts, pk=post_id, person__account__isnull=False)
    return _show_link(request, post, issue_one_time_link(actor=request.actor, account=post.person.account))


@never_cache
@require(Cap.ADMIN)
def factor_reset(request: HttpRequest, post_id: int) -> HttpResponse:
    """Say what a reset of somebody's second factor does; do it, and show the one-time link, once."""
    posts = posts_of(request.actor, today=timezone.localdate())
    post = get_object_or_404(posts, pk=post_id, person__account__isnull=False)
    if request.method == "POST":
        return _show_link(request, post, reset_factor(actor=request.actor, account=post.person.account))
    return render(request, "orgs/factor_reset.html", {"post": post})


@require_POST
@require(Cap.ADMIN)
def lock_release(request: HttpRequest, post_id: int) -> HttpResponse:
    """Let somebody who mistyped too often try again at once."""
    posts = posts_of(request.actor, today=timezone.localdate())
    post = get_object_or_404(posts, pk=post_id, person__account__isnull=False)
    if release(actor=request.actor, account=post.person.account):
        messages.success(request, _("已解除%(name)s的登录锁定。") % {"name": post.person.name})
    return redirect("orgs:people")


@require_POST
@require(Cap.ADMIN)
def sign_out(request: HttpRequest, post_id: int) -> HttpResponse:
    """End all sessions of somebody's account at once."""
    posts = posts_of(request.actor, ended=True, today=timezone.localdate())
    post = get_object_or_404(posts, pk=post_id, person__account__isnull=False)
    if end_others(actor=request.actor, account=post.person.account):
        messages.success(request, _("%(name)s在各处的登录都已结束。") % {"name": post.person.name})
    return redirect("orgs:people")


@never_cache
@require_POST
@require(Cap.ADMIN)
def phone(request: HttpRequest, post_id: int) -> HttpResponse:
    """Show a person's number; that it was read goes into the log."""
    post = get_object_or_404(posts_of(request.actor, today=timezone.localdate()), pk=post_id)
    record(request.actor, "people.phone_read", kind="person", id=post.person_id)
    return render(request, "orgs/phone.html", {"post": post, "phone": phone_of(post.person)})


@require(Cap.ADMIN)
def settings(request: HttpRequest) -> HttpResponse:
    """Show the instance's words, and let a root administrator change them."""
    row = instance()
    may_edit = row is not None and request.actor.may(Cap.ADMIN, org_path=row.root.path)
    start = {"name": row.root.name, "keeper_word": row.keeper_word} if row else {}
    form = InstanceForm(request.POST or None, initial=start)
    if request.method == "POST" and may_edit and form.is_valid():
        change_instance(actor=request.actor, instance=row, **form.cleaned_data)
        messages.success(request, _("已保存。"))
        return redirect("orgs:settings")
    return render(request, "orgs/settings.html", {"form": form, "instance": row, "may_edit": may_edit})


def _show_link(request: HttpRequest, post: Post, path: str) -> HttpResponse:
    base = django_settings.XIAOJIA_URL  # what the operator set, whatever the request calls this host
    values = {"post": post, "link": base + path if base else request.build_absolute_uri(path)}
    return render(request, "orgs/link.html", values)
