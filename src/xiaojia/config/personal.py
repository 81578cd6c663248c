"""Which personal data does the product hold? Every field of every table stands here: in an item, or as impersonal."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One kind of personal data. `fields` as app.Model.field; `term` is a key of room retention, or words.

    `basis` names articles of the Personal Information Protection Law (PIPL, 个人信息保护法).
    """

    what: str
    fields: tuple[str, ...]
    why: str
    basis: str
    sealed: str
    seen_by: str
    term: str
    deleted: str


OFFICE = "art. 13 (1) item 2 or 3: management of staff, or statutory duty of the union"
DUTY = "art. 13 (1) item 3: statutory duty (record of official deeds)"
DESK = "the union's officers within their organisation path"
LAW = "Cybersecurity Law: logs for six months at least"

ITEMS: tuple[Item, ...] = (
    Item(
        "Name of an officer, keeper, auditor or contact",
        ("people.Person.name", "people.Person.purpose", "people.Person.created_at", "people.Person.merged_into"),
        "to know who holds which post; the purpose is stated in the row", f"{OFFICE}; 5, 6, 17", "plain", f"{DESK}; herself",
        "while she has a post, then until forgotten", "`retention.forget_person` empties the row; its number stays for old records",
    ),
    Item(
        "Telephone number",
        ("people.Person.phone_encrypted", "people.Person.phone_hash"),
        "to reach the person about her post", f"{OFFICE}; 6, 51",
        "AES-256-GCM with the instance's key; found by keyed hash",
        "administrators, one at a time; each reading is a line in the log", "people.numbers", "emptied by the nightly run",
    ),
    Item(
        "Identity number (no page asks for one yet)",
        ("people.Person.identity_kind", "people.Person.identity_encrypted", "people.Person.identity_hash"),
        "none at present: the columns wait for rooms that pay or insure", "28, 29 before any use; 51", "as the telephone number",
        "nobody", "people.numbers", "emptied by the nightly run",
    ),
    Item(
        "Account",
        (
            "people.Person.account", "people.Account.username", "people.Account.email", "people.Account.password",
            "people.Account.last_login", "people.Account.date_joined", "people.Account.is_active",
            "people.Account.must_change_password", "people.Account.provider_subject", "people.Account.is_staff",
            "people.Account.is_superuser",
            "people.Account.groups", "people.Account.user_permissions", "people.Account.id",
        ),
        "to sign in; mail stays empty", f"{OFFICE}; 9, 51", "password as a salted slow hash", "administrators: user name; herself",
        "people.numbers", "closed by the nightly run; deleted with the person",
    ),
    Item(
        "Sessions: kind of device, part of the network, since when, last use",
        (
            "people.SignIn.id", "people.SignIn.account", "people.SignIn.factor", "people.SignIn.device",
            "people.SignIn.place", "people.SignIn.began_at", "people.SignIn.seen_at",
        ),
        "so that she sees and ends her own sessions", f"{OFFICE}; 6, 51", "address cut to 203.0.113.x; no version of a browser",
        "herself; administrators see that there are some", "people.sign_ins", "on signing out; deleted by the nightly run",
    ),
    Item(
        "Failed sign-ins",
        (
            "people.Attempt.id", "people.Attempt.at", "people.Attempt.kind", "people.Attempt.name_hash",
            "people.Attempt.network_hash",
        ),
        "to slow down whoever guesses passwords", "art. 13 (1) item 3; 9, 51", "name and network as keyed hashes, what was typed never",
        "administrators see until when an account waits", "people.attempts", "deleted by the nightly run; at once when released",
    ),
    Item(
        "Second factor",
        (
            "mfa.Authenticator.user", "mfa.Authenticator.data", "mfa.Authenticator.type", "mfa.Authenticator.created_at",
            "mfa.Authenticator.last_used_at", "mfa.Authenticator.id",
            "account.EmailAddress.user", "account.EmailAddress.email", "account.EmailAddress.verified",
            "account.EmailAddress.primary", "account.EmailAddress.id",
            "account.EmailConfirmation.email_address", "account.EmailConfirmation.key", "account.EmailConfirmation.created",
            "account.EmailConfirmation.sent", "account.EmailConfirmation.id",
        ),
        "to prove who signs in", f"{OFFICE}; 51", "seed and recovery codes sealed with the instance's key", "nobody", "with the account",
        "deleted with the account",
    ),
    Item(
        "Session", ("sessions.Session.session_key", "sessions.Session.session_data", "sessions.Session.expire_date"),
        "to know an account between two pages", f"{OFFICE}; 51", "random key; content in the database", "nobody", "house.sessions",
        "deleted by the nightly run; at once on signing out",
    ),
    Item(
        "One-time link",
        (
            "people.OneTimeLink.account", "people.OneTimeLink.secret_hash", "people.OneTimeLink.expires_at",
            "people.OneTimeLink.used_at", "people.OneTimeLink.created_at", "people.OneTimeLink.id",
        ),
        "to let the person set her own password", f"{OFFICE}; 51", "secret as SHA-256 alone", "the administrator, once",
        "people.links", "deleted by the nightly run",
    ),
    Item(
        "Post",
        (
            "orgs.Post.person", "orgs.Post.org", "orgs.Post.role", "orgs.Post.title", "orgs.Post.unit", "orgs.Post.since",
            "orgs.Post.until", "orgs.Post.term", "orgs.Post.id",
        ),
        "rights follow from posts", f"{OFFICE}; 6", "plain", "administrators; herself", "with the person's number, without her name",
        "stays as a number without a name after `forget_person`",
    ),
    Item(
        "Keeper of a station",
        (
            "stations.Keeper.person", "stations.Keeper.station", "stations.Keeper.role", "stations.Keeper.since",
            "stations.Keeper.until", "stations.Keeper.id",
        ),
        "who opens and answers for a station", f"{OFFICE}; 6", "plain; her number is never public", DESK,
        "as long as the station", "stays as a number without a name after `forget_person`",
    ),
    Item(
        "Inbox",
        (
            "notices.Notice.account", "notices.Notice.kind", "notices.Notice.text", "notices.Notice.url",
            "notices.Notice.created_at", "notices.Notice.read_at", "notices.Notice.id",
        ),
        "to tell an officer what waits for her", f"{OFFICE}; 6", "plain", "herself", "notices.all", "deleted by the nightly run",
    ),
    Item(
        "Who did it (a name in a log line)",
        (
            "audit.Entry.actor_id", "audit.Entry.actor_label", "audit.Entry.org_path", "audit.Entry.subject_label",
            "audit.Entry.subject_id", "audit.Entry.details", "audit.Entry.at",
        ),
        "every deed of an officer can be laid at a door; who read personal data too", f"{DUTY}; {LAW}; 51, 54",
        "plain; the application's role can add and read alone", "auditors and administrators within their path",
        "months, dropped by the owner", "whole months are dropped; single lines never: the law asks for them",
    ),
    Item(
        "Who entered or handled it (a name beside a record)",
        (
            "stations.Station.verified_by", "stations.StatusChange.by", "stations.StationPhoto.added_by",
            "stations.StationFacility.verified_by", "stations.Closure.created_by", "stations.Closure.withdrawn_by",
            "stations.DeviceLink.created_by", "feedback.Report.handled_by", "feedback.Report.answer",
            "feeds.Approval.recorded_by", "feeds.Approval.note", "feeds.Withdrawal.withdrawn_by", "feeds.Withdrawal.reason",
            "visits.EarlierCount.entered_by", "calendar.Notice.entered_by", "imports.Batch.created_by",
            "retention.Version.entered_by", "retention.Version.reason",
        ),
        "an official record names its author", DUTY, "plain", DESK, "with the record",
        "with the record; not emptied when a person is forgotten (art. 47: kept where the law asks for the record)",
    ),
    Item(
        "A device at the counter",
        (
            "stations.DeviceLink.label", "stations.DeviceLink.claim_hash", "stations.DeviceLink.token_hash",
            "stations.DeviceLink.claimed_at", "stations.DeviceLink.last_used_at", "stations.DeviceLink.revoked_at",
        ),
        "a tap at the door without a password; the label may be somebody's name", f"{OFFICE}; 6", "tokens as SHA-256 alone", DESK,
        "stations.devices", "deleted by the nightly run after it was ended",
    ),
    Item(
        "Mark of a phone at a check-in (a pseudonym for one month)",
        ("visits.Visit.device", "visits.Visit.seen_at", "visits.Visit.key"),
        "one check-in per phone, station and clock hour; distinct phones in a month",
        "not joined to anybody; 4, 5, 6; 28 kept away from (no track of a person)",
        "keyed hash of a random token that the phone alone has and drops at the month's end", "nobody: no page shows it",
        "visits.devices", "counted once, then taken off by the database's owner; the application can change no visit",
    ),
    Item(
        "Mark of a phone beside a sign that a door is open", ("stations.Evidence.device", "stations.Evidence.note"),
        "three phones within the hour prove that a door is open", "as above", "as above", "nobody", "stations.evidence",
        "the whole row is deleted",
    ),
    Item(
        "Mark of a phone on a report", ("feedback.Report.device", "feedback.Report.key"), "no flood of reports by one phone", "as above",
        "as above", "nobody", "feedback.marks", "taken off by the nightly run",
    ),
    Item(
        "Words and photo of a report",
        ("feedback.Report.text", "feedback.Report.photo"),
        "what is wrong; the form asks for no name and no face, but one may stand in it", "art. 13 (1) item 1: given freely; 6, 17",
        "plain; photos lose place, time and phone (EXIF) before they are kept", DESK, "feedback.words",
        "words emptied and photo deleted by the nightly run after the case is closed",
    ),
    Item(
        "Photo of a station", ("stations.StationPhoto.file", "stations.StationPhoto.caption"),
        "to find the door; somebody may stand in it", "26 for those in public places, 6", "EXIF dropped, name of the file not shown",
        "everybody where marked public", "as long as the station", "taken off by an officer; the bytes follow at once",
    ),
    Item(
        "Name of an uploaded file", ("files.File.original_name",), "to recognise one's own file", "6", "plain", DESK,
        "with the file", "with the file; files.orphans for what nothing refers to",
    ),
    Item(
        "Imported sheet",
        (
            "imports.Batch.file", "imports.Batch.filename", "imports.Batch.header", "imports.Batch.questions",
            "imports.Batch.notes", "imports.Row.raw", "imports.Row.values", "imports.Row.before", "imports.Row.errors",
            "imports.Row.warnings",
        ),
        "to bring in a list, judge it and undo it; columns that nobody asked for may name people", "6, 19, 51", "plain", DESK,
        "imports.ended", "batch, rows and file are deleted by the nightly run",
    ),
    Item(
        "Word remembered for the next import",
        ("imports.ValueMemory.word", "imports.ValueMemory.meaning", "imports.ColumnMemory.title"),
        "not to ask twice what a word means", "6", "plain", DESK, "until overwritten", "overwritten by the next answer",
    ),
    Item(
        "Public telephone and words of a station",
        (
            "stations.Station.public_phone", "stations.Station.access_note", "stations.Station.description",
            "stations.Station.hours_text", "stations.Station.search_text",
        ),
        "to ring before one goes; meant for a number of the house, never a keeper's mobile", "27 if it names somebody; 6", "plain",
        "everybody", "as long as the station", "by editing the station",
    ),
    Item(
        "Job of the worker", ("procrastinate.ProcrastinateJob.args",), "to know for whom an import runs (an account's number)", "6",
        "plain", "nobody", "house.jobs", "deleted by the nightly run",
    ),
    Item(
        "Partner's key",
        ("keys.Key.label", "keys.Key.created_by", "keys.Key.revoked_by", "keys.Key.secret_hash"),
        "which program may read; the label may name a contact", f"{OFFICE}; 6", "secret as keyed hash", "administrators",
        "kept, revoked", "never: a revoked key stays so that old answers can be explained",
    ),
    Item(
        "Answer given again to a repeated request", ("keys.Once.scope", "keys.Once.key", "keys.Once.payload", "keys.Once.body"),
        "a request that is sent twice counts once; the scope may be a phone's mark", "6", "payload as hash", "nobody",
        "days, deleted every hour", "`keys.clean`, every hour",
    ),
)  # fmt: skip

ALL = ("*",)
IMPERSONAL: dict[str, tuple[str, ...]] = {
    # Django and the libraries: rights, types, and tables that stay empty
    "auth.Permission": ALL, "auth.Group": ALL, "contenttypes.ContentType": ALL,
    "sites.Site": ALL,
    "procrastinate.ProcrastinateJob": (
        "id", "queue_name", "task_name", "priority", "lock", "scheduled_at", "status", "attempts", "queueing_lock",
        "abort_requested", "worker",
    ),
    "procrastinate.ProcrastinateEvent": ALL, "procrastinate.ProcrastinatePeriodicDefer": ALL,
    "procrastinate.ProcrastinateWorker": ALL,
    # kernel
    "audit.Entry": ("id", "verb", "subject_kind"),
    "people.Person": ("id",),
    "files.File": ("id", "kind", "sha256", "size_bytes", "media_type", "width_px", "height_px", "created_at"),
    "calendar.Notice": ("id", "year", "title", "source", "text", "entered_at"), "calendar.SpecialDay": ALL,
    "places.Edition": ALL, "places.Division": ALL, "places.Boundary": ALL,
    "orgs.Organisation": ALL, "orgs.Instance": ALL, "orgs.Unit": ALL,
    "imports.Batch": (
        "id", "kind", "org", "state", "columns", "options", "counts", "rows_total", "rows_done", "message", "created_at",
        "committed_at", "undone_at",
    ),
    "imports.Work": ALL,
    "imports.Row": ("id", "batch", "number", "verdict", "target", "confidence", "applied", "version", "decision"),
    "imports.ColumnMemory": ("id", "org", "kind", "field"), "imports.ValueMemory": ("id", "org", "kind", "field"),
    "retention.Version": ("id", "key", "days", "effective_on", "entered_at"), "retention.Run": ALL, "retention.Figure": ALL,
    "keys.RateRule": ALL,
    "keys.Key": ("id", "prefix", "org", "scopes", "per_minute", "created_at", "expires_on", "revoked_at", "last_used_on"),
    "keys.Once": ("id", "state", "status", "created_at", "started_at"),
    # domains
    "feeds.Approval": ("id", "org", "authority", "document_no", "approved_on", "scope", "recorded_at"),
    "feeds.Withdrawal": ("approval", "withdrawn_at"),
    "stations.Station": (
        "id", "org", "division", "code", "name", "brand", "aliases", "host", "host_type", "build_kind", "mobility",
        "running_mode", "status", "address", "street", "district_named", "area_m2", "capacity", "floor", "street_side",
        "access", "attended", "services", "built_on", "accepted_on", "lng", "lat", "received_x", "received_y",
        "received_datum", "position_source", "position_flags", "hours", "hours_osm", "hours_note", "have", "broken",
        "merged_into", "verified_at", "version", "created_at", "updated_at",
    ),
    "stations.StatusChange": ("id", "station", "before", "after", "on", "reason", "at"),
    "stations.OldCode": ALL, "stations.SourceKey": ALL, "stations.TimetableStop": ALL, "stations.FacilityKind": ALL,
    "stations.Standard": ALL, "stations.StandardItem": ALL, "stations.Adoption": ALL, "stations.TruthRule": ALL,
    "stations.Target": ALL,
    "stations.StationPhoto": ("id", "station", "kind", "public", "added_at"),
    "stations.StationFacility": ("id", "station", "kind", "presence", "working", "count", "note", "verified_at"),
    "stations.DeviceLink": ("id", "station", "claim_expires_at", "created_at"),
    "stations.Evidence": ("id", "station", "at", "kind", "until"),
    "stations.Closure": ("id", "org", "reason", "starts_at", "ends_at", "created_at", "withdrawn_at", "stations"),
    "feedback.Report": (
        "id", "partner", "org", "division", "station", "kind", "why", "facility", "state", "at", "handled_at",
    ),
    "visits.Visit": (
        "id", "hour", "station_id", "org_path", "division_code", "source", "people", "occupation", "near",
    ),
    "visits.Answer": ALL, "visits.CountingRule": ALL,
    "visits.EarlierCount": ("id", "org", "station_id", "first_day", "last_day", "visits", "source", "entered_at"),
}  # fmt: skip

ELSEWHERE: tuple[tuple[str, str, str, str], ...] = (
    ("A worker's position", "computed on the phone or in the request; the page's answer is a distance", "not kept",
     "only yes/no (`near`) reaches a check-in; the address line holds lng/lat while the page is open, and logs drop queries"),
    ("`xj_device`, `xj_known`", "cookies of a worker's phone: this month's token and the proof that it is ours", "until the month ends",
     "deleting cookies"),
    ("`xj_work`, pins, language, size, district", "cookies with choices; no number", "a year", "deleting cookies"),
    ("`xj_session`, `xj_csrf`", "cookies of a signed-in officer", "12 hours", "signing out"),
    ("`xj_desk`", "cookie of an officer's browser: the mark that it has signed in to her account before", "90 days", "deleting cookies"),
    ("Cache table", "counters of requests by account and network address", "`house.cache`", "nightly run"),
    ("Server log", "time, path, status, account number, network address", "six months at least (law), as the operator sets",
     "rotation by the operating system; see operating"),
    ("PostgreSQL's own log", "no statements, no values", "as the operator sets", "rotation"),
    ("Backup file", "everything above with the keys", "as the operator sets; shorter than the longest term is wise",
     "deleting the file; what was deleted here comes back by a restore until then: run `xiaojia retention` after one"),
    ("Exported sheets", "stations and counts, never a device, never a keeper's number", "with whoever took them",
     "each export is a line in the log"),
)  # fmt: skip


def described() -> set[str]:
    """Return all fields that stand in an item, as app.Model.field."""
    return {name for item in ITEMS for name in item.fields}
