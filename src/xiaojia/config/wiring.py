"""Which room hears of what happens below it? The fuse box: every upward call of the house stands on this page."""


def connect() -> None:
    """Hand the rooms' functions to the kernel and the shell, once at start-up."""
    from xiaojia.config import navigation
    from xiaojia.domains.demo import queries as demo
    from xiaojia.domains.feedback.rules import VERBS as FEEDBACK_VERBS
    from xiaojia.domains.feedback.views import panels as feedback
    from xiaojia.domains.stations.actions.importing import STATIONS, USED_BY
    from xiaojia.domains.stations.queries import goals
    from xiaojia.domains.stations.queries.timeline import label_of
    from xiaojia.domains.stations.rules.labels import CODES, DETAILS, FIELDS
    from xiaojia.domains.stations.rules.labels import QUIET as TOLD_ELSEWHERE
    from xiaojia.domains.stations.rules.verbs import VERBS as STATION_VERBS
    from xiaojia.domains.stations.views import unplaced
    from xiaojia.domains.visits.queries import counts
    from xiaojia.domains.visits.queries import panels as visits
    from xiaojia.domains.visits.rules.verbs import VERBS as VISIT_VERBS
    from xiaojia.kernel.audit.rules import NAMERS, NAMES, QUIET, VALUES, WORDS
    from xiaojia.kernel.imports import registry as imports
    from xiaojia.kernel.imports.rules import VERBS as IMPORT_VERBS
    from xiaojia.kernel.keys.rules import VERBS as KEY_VERBS
    from xiaojia.kernel.orgs import context
    from xiaojia.kernel.orgs.rules import VERBS as KERNEL_VERBS
    from xiaojia.kernel.retention.rules import VERBS as RETENTION_VERBS
    from xiaojia.web import panels

    context.NAVIGATION.append(navigation.side)
    context.TOP.append(navigation.top)
    NAMES.update(FIELDS | DETAILS)
    if label_of not in NAMERS:
        NAMERS.append(label_of)
    VALUES.update(CODES)
    QUIET.update(TOLD_ELSEWHERE)
    WORDS.update(
        KERNEL_VERBS | KEY_VERBS | IMPORT_VERBS | RETENTION_VERBS | STATION_VERBS | FEEDBACK_VERBS | VISIT_VERBS
    )
    imports.plug(STATIONS)
    open_doors()
    if counts.visited not in USED_BY:
        USED_BY.append(counts.visited)
    panels.plug("signin.demo", demo.sign_ins)
    panels.plug("desk.goal", goals.goal)
    panels.plug("station.report", feedback.report_url)
    panels.plug("station.desk", feedback.station_desk)
    panels.plug("desk.today", feedback.today_card)
    panels.plug("station.public", visits.public_fact)
    panels.plug("station.public.checkin", visits.demo_checkin)
    panels.plug("station.desk", visits.desk_week)
    panels.plug("station.keeping", visits.screen_link)
    panels.plug("stations.columns", visits.week_column)
    panels.plug("stations.keeper", visits.keeper_add)
    panels.plug("stations.keeper.visit", visits.keeper_visit)
    panels.plug("desk.today", visits.today_card)
    panels.plug("stations.keeper", unplaced.keeper_panel)
    keep()


def watch() -> None:
    """Let the figures hear of every finished request and of deeds that are counted."""
    from xiaojia.config import metrics
    from xiaojia.web.requests import COUNTERS, OBSERVERS

    if metrics.observe not in OBSERVERS:
        OBSERVERS.append(metrics.observe)
        COUNTERS.append(metrics.count)


def keep() -> None:
    """Tell the room of terms what each room keeps how long, and which rooms hold something about persons."""
    from xiaojia.config.settings import env
    from xiaojia.domains.feedback import retention as feedback
    from xiaojia.domains.stations import retention as stations
    from xiaojia.domains.visits import retention as visits
    from xiaojia.kernel.files import retention as files
    from xiaojia.kernel.imports import retention as imports
    from xiaojia.kernel.keys.rules import KEPT
    from xiaojia.kernel.notices import retention as notices
    from xiaojia.kernel.orgs import retention as orgs
    from xiaojia.kernel.people import retention as people
    from xiaojia.kernel.retention import queries
    from xiaojia.kernel.retention import retention as house
    from xiaojia.kernel.retention.registry import Holder, Section, Stated, plug, plug_holder, state
    from xiaojia.lib.errors import gettext_noop

    for room in (house, people, orgs, notices, imports, files, stations, feedback, visits):
        plug(*room.TERMS)
    if stations.keepers not in orgs.ALSO_NEEDED:
        orgs.ALSO_NEEDED.append(stations.keepers)
    plug_holder(Holder("people", lambda person: [Section(*people.identity(person))], forget=people.forget))
    plug_holder(Holder("orgs", lambda person: [Section(*orgs.posts(person))], needs=orgs.needs))
    plug_holder(Holder("stations", lambda person: [Section(*stations.kept_stations(person))], needs=stations.needs))
    plug_holder(Holder("notices", lambda person: [Section(*notices.inbox(person))]))
    plug_holder(Holder("audit", queries.deeds))
    log = gettext_noop("网络安全法：网络日志留存不少于六个月")
    deeds = gettext_noop("个人信息保护法第五十六条：处理情况记录至少保存三年")
    again = gettext_noop("个人信息保护法第十九条：保存期限为实现目的所必要的最短时间")
    state(
        Stated(
            gettext_noop("操作记录"),
            env.watch.audit_days,
            gettext_noop("谁做了什么、谁看了个人信息"),
            deeds,
            "XIAOJIA_AUDIT_DAYS",
        ),
        Stated(gettext_noop("请求日志"), env.watch.log_days, gettext_noop("查故障和攻击"), log, "XIAOJIA_LOG_DAYS"),
        Stated(gettext_noop("接口的重复请求"), KEPT.days, gettext_noop("同一请求只算一次"), again, "keys.clean"),
    )


def open_doors() -> None:
    """Let programs read the network: who keeps the release approvals, what pages carry for those who read by machine."""
    from xiaojia.domains.feeds.queries.release import released
    from xiaojia.domains.feeds.rules import verbs
    from xiaojia.domains.feeds.views import panels as feeds
    from xiaojia.domains.stations.queries.release import RECORDS
    from xiaojia.kernel.audit.rules import NAMES, WORDS
    from xiaojia.web import panels

    WORDS.update(verbs.VERBS)
    NAMES.update(verbs.NAMES)
    if released not in RECORDS:
        RECORDS.append(released)
    panels.plug("station.head", feeds.station_head)
    panels.plug("station.public", feeds.timetable)
    panels.plug("list.head", feeds.list_head)


def hurry() -> None:
    """Let a room answer a program before sessions and accounts are looked for."""
    from xiaojia.domains.stations.views import quick
    from xiaojia.domains.visits.views import tap
    from xiaojia.web import door, express

    door.plug("visits.tap", tap.PATH, tap.at_once)
    express.plug("visits.tap", tap.PATH, tap.quick)
    express.plug_read(quick.PATH, quick.quick)
