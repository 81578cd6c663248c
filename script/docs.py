"""Which tables of the documentation are made from the code? Those between `<!-- table: name -->` and `<!-- /table -->`."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "xiaojia"
TABLE = re.compile(r"(<!-- table: ([\w-]+) -->\n).*?(<!-- /table -->)", re.DOTALL)

SETTINGS = {
    "XIAOJIA_HOME": "Data folder: database, files, keys, backups. Two folders and two ports make two instances.",
    "PORT": "Port of the web server. `--port` goes before it.",
    "DATABASE_URL": "A PostgreSQL ≥ 15 instead of the embedded one: `postgresql://owner:password@host:5432/name`. "
    "The application's own role is made in it.",
    "DATABASE_OWNER_URL": "The owner's sign-in, when `DATABASE_URL` is already the application's.",
    "XIAOJIA_HOST": "Address to listen on. `0.0.0.0` lets other machines in.",
    "XIAOJIA_URL": "The address that people type. Plates are not printed without it; HTTPS makes cookies secure.",
    "XIAOJIA_TRUSTED_PROXIES": "Addresses or networks whose `X-Forwarded-For` is believed, as `10.0.0.0/8,::1`.",
    "XIAOJIA_TLS_CERT": "Certificate chain (PEM), when the product itself speaks HTTPS.",
    "XIAOJIA_TLS_KEY": "Its private key (PKCS#8 PEM).",
    "XIAOJIA_ICP": "ICP 备案号, shown in the footer.",
    "XIAOJIA_POLICE_ICP": "公安备案号, shown in the footer.",
    "XIAOJIA_MAP_REVIEW_NO": "审图号 of the base map, printed on the map.",
    "XIAOJIA_MAP_TILES": "Address of a reviewed base map, https://host/{z}/{x}/{y}.png; used only with a 审图号.",
    "XIAOJIA_MAP_SOURCE": "Whose base map it is, printed on the map, such as 天地图.",
    "XIAOJIA_MFA_ALSO": "Roles that need a second factor beside those that read the desk: `clerk`, `keeper`.",
    "XIAOJIA_SESSIONS_MAX": "Sessions of one account at a time, 1 to 20; the one unused for longest ends.",
    "XIAOJIA_SESSION_IDLE_MIN": "Minutes without use after which a session ends, 5 to 480.",
    "XIAOJIA_SESSION_HOURS": "Hours after which a session ends in any case, 1 to 24.",
    "XIAOJIA_HSTS": "Strict-Transport-Security, sent when `XIAOJIA_URL` is https; `off` for none.",
    "XIAOJIA_SECURITY_CONTACT": "Whom to tell about a hole, `mailto:` or `https://`: /.well-known/security.txt.",
    "XIAOJIA_OIDC_ISSUER": "Issuer of the identity provider (OpenID Connect), https; accounts stay our own.",
    "XIAOJIA_OIDC_CLIENT_ID": "Our name at the provider; its redirect address is `XIAOJIA_URL` + "
    "`/office/sign-in/provider/back/`.",
    "XIAOJIA_OIDC_CLIENT_SECRET": "Our secret at the provider; none for a public client (PKCE is always used).",
    "XIAOJIA_OIDC_NAME": "What the button on the sign-in page calls the provider.",
    "XIAOJIA_OIDC_CLAIM": "Claim that holds the user name of the account, letter by letter.",
    "XIAOJIA_OIDC_MFA": "`acr` or `amr` values that count as a second factor, as `mfa,otp`; empty: ours is asked for.",
    "XIAOJIA_LOG": "How standard error reads: `text`, or `json` with one object per line and a line for every request.",
    "XIAOJIA_LOG_FOLDER": "Folder for JSON lines by day, besides standard error. Each host has its own.",
    "XIAOJIA_LOG_DAYS": "How long they are kept; not less than six months (网络安全法第二十三条第三项).",
    "XIAOJIA_AUDIT_DAYS": "How long `xiaojia audit prune` keeps the log of deeds; not less than three years "
    "(个人信息保护法第五十六条).",
    "XIAOJIA_METRICS_TOKEN": "Who sends `Authorization: Bearer TOKEN` may read `/metrics`; without it only this machine may.",
    "XIAOJIA_DEBUG": "`1` shows faults in the browser. Never on a machine that others reach.",
}
DEFAULTS = {"XIAOJIA_HOME": "`/var/lib/xiaojia` for root, else `~/.local/share/xiaojia`", "PORT": "8000",
            "XIAOJIA_HOST": "127.0.0.1", "XIAOJIA_LOG": "text", "XIAOJIA_LOG_DAYS": "184", "XIAOJIA_AUDIT_DAYS": "1098",
            "XIAOJIA_SESSIONS_MAX": "3", "XIAOJIA_SESSION_IDLE_MIN": "60",
            "XIAOJIA_SESSION_HOURS": "12", "XIAOJIA_HSTS": "`max-age=31536000; includeSubDomains`",
            "XIAOJIA_OIDC_CLAIM": "preferred_username"}  # fmt: skip
EXITS = {
    "OK": "Done.",
    "FAILED": "Failed or refused; the sentence says why.",
    "USAGE": "An option, argument or setting cannot be used.",
    "NEEDS_ANSWER": "Needs an answer, as `--force` or a mapping that an import asks for.",
    "PARTLY_REJECTED": "Rejected in part; the good part is in.",
    "CANNOT_REACH": "Not running or cannot be reached: no instance here, no database.",
    "NEWER_DATA": "The data are newer than this version; nothing was changed.",
}


def ready() -> None:
    """Load the rooms without an instance of their own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaojia.config.settings")
    sys.path[:0] = [path for path in (str(ROOT), str(SOURCE.parent)) if path not in sys.path]
    import django

    django.setup()


def grid(*rows: tuple[str, ...]) -> str:
    """Return a Markdown table; the first row is its head."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]) + "\n"


def question(package: Path) -> str:
    """The question that a package answers: its first line."""
    return package.joinpath("__init__.py").read_text(encoding="utf-8").split('"""')[1].strip().split("\n")[0]


def packages(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("*/__init__.py"))


def rooms() -> str:
    """Every room by floor, from the top, with its README."""
    rows = [("floor", "room", "the question it answers")]
    for floor in ("config", "domains", "kernel", "web", "lib"):
        inside = packages(SOURCE / floor) if floor in ("domains", "kernel") else [SOURCE / floor]
        for place in inside:
            readme = place / "README.md"
            name = place.name if place.name != floor else floor
            path = f"/{readme.relative_to(ROOT)}"
            rows.append((floor, f"[{name}]({path})" if readme.exists() else f"`{name}`", question(place)))
    return grid(*rows)


def libraries() -> str:
    """The plain parts of lib."""
    modules = [*packages(SOURCE / "lib"), *sorted((SOURCE / "lib").glob("*.py"))]
    rows = [("part", "the question it answers")]
    for place in sorted(modules, key=lambda path: path.stem):
        if place.stem not in ("__init__", "tests"):
            text = (
                question(place) if place.is_dir() else place.read_text(encoding="utf-8").split('"""')[1].split("\n")[0]
            )
            rows.append((f"`lib/{place.name}`", text.strip()))
    return grid(*rows)


def settings() -> str:
    """Every setting of config/env.py."""
    from xiaojia.config import env

    names = ("XIAOJIA_HOME", *env.SETTINGS)
    return grid(("setting", "default", "meaning"), *((f"`{n}`", DEFAULTS.get(n, ""), SETTINGS[n]) for n in names))


def commands() -> str:
    """Every command of the click tree with its options."""
    import click

    from xiaojia.config.cli import COMMANDS, xiaojia

    rows = [("command", "what it does", "options")]

    def walk(path: str, command: click.Command, line: str) -> None:
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                if inner is not None:
                    walk(f"{path} {name}", inner, inner.help or inner.get_short_help_str(200))
            return
        options, arguments = [], ""
        for parameter in command.params:
            if isinstance(parameter, click.Argument):
                arguments += f" {parameter.human_readable_name}"
            elif isinstance(parameter, click.Option):
                options.append(f"`{parameter.opts[0]}`")
        rows.append((f"`{path}{arguments}`", " ".join(line.split()), " ".join(options)))

    context = click.Context(xiaojia)
    for name, (_, line) in COMMANDS.items():
        try:
            command = xiaojia.get_command(context, name)
        except ModuleNotFoundError:
            rows.append((f"`xiaojia {name}`", line, ""))
        else:
            walk(f"xiaojia {name}", command, line)
    return grid(*rows)


def exits() -> str:
    """The exit codes."""
    from xiaojia.lib.console import Exit

    return grid(("code", "meaning"), *((str(int(code)), EXITS[code.name]) for code in Exit))


def addresses() -> str:
    """Every address with its name and who may open it and send to it."""
    from tests import permissions as who
    from tests.test_scoping import addresses as walk

    words = {who.EVERYONE: "everyone", who.ACCOUNTS: "any account", who.READERS: "readers", who.WRITERS: "writers",
             who.ADMINS: "administrators", who.AUDITORS: "auditors", who.KEEPERS: "keepers", who.NOBODY: "nobody",
             None: ""}  # fmt: skip

    def say(roles: frozenset[str] | None) -> str:
        return words[roles] if roles in words else ", ".join(sorted(roles or ()))

    rows = [("address", "name", "may open", "may send")]
    for name, route, _ in sorted(walk(), key=lambda entry: entry[1]):
        page = who.PAGES.get(name)
        rows.append((f"`{route}`", f"`{name}`", *((say(page.get), say(page.post)) if page else ("", ""))))
    return grid(*rows)


def sign_ins() -> str:
    """The demo's accounts."""
    from xiaojia.domains.demo.rules.people import SIGN_INS

    return grid(("user name", "password", "whose desk"), *((s.username, s.password, s.label_en) for s in SIGN_INS))


def sign_ins_zh() -> str:
    """The demo's accounts, in Chinese."""
    from xiaojia.domains.demo.rules.people import SIGN_INS

    return grid(("用户名", "密码", "身份"), *((s.username, s.password, s.label) for s in SIGN_INS))


def personal() -> str:
    """Every kind of personal data, from the inventory."""
    from xiaojia.config.personal import ITEMS

    head = ("what", "why", "articles", "how it lies there", "who sees it", "how long", "how it goes", "fields")
    return grid(
        head,
        *((i.what, i.why, i.basis, i.sealed, i.seen_by, _term(i.term), i.deleted, _fields(i.fields)) for i in ITEMS),
    )


def _term(term: str) -> str:
    from xiaojia.kernel.retention.registry import TERMS

    return f"`{term}`: {TERMS[term].days} days" if term in TERMS else term


def _fields(names: tuple[str, ...]) -> str:
    """`visits.Visit`: device, key; one group for each table."""
    groups: dict[str, list[str]] = {}
    for name in names:
        model, _, field = name.rpartition(".")
        groups.setdefault(model, []).append(field)
    return "; ".join(f"`{model}`: {', '.join(fields)}" for model, fields in groups.items())


def personal_elsewhere() -> str:
    """What lies in no table."""
    from xiaojia.config.personal import ELSEWHERE

    return grid(("where", "what", "how long", "how it goes"), *ELSEWHERE)


def terms() -> str:
    """How long each kind of data is kept."""
    from xiaojia.kernel.retention.registry import TERMS

    rows = (
        (f"`{key}`", t.title, t.from_, str(t.days), f"{t.least}–{t.most}", t.basis) for key, t in sorted(TERMS.items())
    )
    return grid(("term", "data", "days run from", "days", "may be", "basis"), *rows)


def asvs_rows() -> list[dict[str, str]]:
    """The rows of docs/ops/asvs.csv: id, level, status, words, shown."""
    import csv

    with (ROOT / "docs" / "ops" / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _shown(text: str) -> str:
    """Links to the named files; a test is named beside its file."""
    found = []
    for one in text.split():
        path, _, test = one.partition("::")
        found.append(f"[{Path(path).name}](/{path})" + (f" `{test}`" if test else ""))
    return ", ".join(found)


def asvs() -> str:
    """Every requirement of levels 1 and 2."""
    rows = ((r["id"], r["level"], r["status"], r["words"], _shown(r["shown"])) for r in asvs_rows())
    return grid(("number", "level", "status", "in short", "shown by"), *rows)


def asvs_open() -> str:
    """What is open."""
    rows = ((r["id"], r["level"], r["words"], _shown(r["shown"])) for r in asvs_rows() if r["status"] == "open")
    return grid(("number", "level", "what is open", "see"), *rows)


def asvs_figures() -> str:
    """How many rows of each chapter and level are met, not applicable, open."""
    names = "Encoding|Validation, business logic|Web front end|API|Files|Authentication|Sessions|Authorization|Tokens|OAuth, OIDC|"
    names += "Cryptography|Communication|Configuration|Data protection|Architecture|Logging|WebRTC"
    counts: dict[tuple[int, str, str], int] = {}
    for row in asvs_rows():
        chapter = int(row["id"][1:].split(".")[0])
        for key in (chapter, 0):
            counts[key, row["level"], row["status"]] = counts.get((key, row["level"], row["status"]), 0) + 1
    kinds = [(level, status) for level in "12" for status in ("met", "n/a", "open")]
    head = ("chapter", *(f"{status} {level}" for level, status in kinds))
    said = [(f"V{number} {name}", number) for number, name in enumerate(names.split("|"), start=1)]
    said = [*said, ("**all**", 0)]
    return grid(
        head, *((name, *(str(counts.get((n, level, status), 0)) for level, status in kinds)) for name, n in said)
    )


TABLES: dict[str, Callable[[], str]] = {
    "rooms": rooms,
    "libraries": libraries,
    "settings": settings,
    "commands": commands,
    "exits": exits,
    "addresses": addresses,
    "sign-ins": sign_ins,
    "sign-ins-zh": sign_ins_zh,
    "personal": personal,
    "personal-elsewhere": personal_elsewhere,
    "terms": terms,
    "asvs": asvs,
    "asvs-open": asvs_open,
    "asvs-figures": asvs_figures,
}


def pages() -> Iterator[Path]:
    """Every page of documentation."""
    yield from sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *SOURCE.rglob("README.md")])


def rendered(text: str) -> str:
    """Return a page with its tables as the code has them now."""
    return TABLE.sub(lambda found: found[1] + TABLES[found[2]]() + found[3], text)


def openapi() -> bool:
    """Write the API's description if it is stale; with --check say so instead. Return whether it was."""
    from xiaojia.config.api import document

    text = document.text()
    if document.FILE.exists() and document.FILE.read_text(encoding="utf-8") == text:
        return False
    name = document.FILE.relative_to(ROOT)
    if "--check" in sys.argv:
        sys.stdout.write(f"{name} is stale: run script/docs and read what it changes.\n")
    else:
        document.FILE.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}\n")
    return True


def main() -> int:
    """Write the pages that are stale and name them; with --check only look at the API's description."""
    ready()
    if openapi() and "--check" in sys.argv:
        return 1
    if "--check" in sys.argv:
        return 0
    for page in pages():
        before = page.read_text(encoding="utf-8")
        after = rendered(before)
        if after != before:
            page.write_text(after, encoding="utf-8")
            sys.stdout.write(f"{page.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
