"""What is a development zone of a list? An organisation without a civil code that names the counties it lies in."""

from collections.abc import Iterable, Mapping
from typing import Any

from xiaojia.kernel.imports.models import ValueMemory
from xiaojia.kernel.imports.rules import BatchError, Job
from xiaojia.kernel.orgs.actions import found_organisation
from xiaojia.kernel.orgs.models import Instance, Organisation
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.kernel.places.models import Division
from xiaojia.lib.errors import gettext_noop


def check_meaning(job: Job, word: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the meaning to remember: {"skip"}, {"division"}, or {"zone", "lies_in", "org_id"?}.

    `zone` in the answer is a name or an organisation's id; raises BatchError `no_district`, `unknown_district`, `no_zone`.
    """
    if answer.get("skip"):
        return {"skip": True}
    if answer.get("division"):
        return {"division": _known([answer["division"]])[0]}
    codes = _known(answer.get("lies_in") or [])
    if not codes:
        raise BatchError(
            "no_district",
            gettext_noop("请为“%(word)s”至少选一个区县。"),
            {"word": word},
            fields={"lies_in": gettext_noop("请至少选一个")},
        )
    root = Instance.objects.select_related("root").get().root
    name = answer.get("zone") or word
    below = Organisation.objects.filter(path__startswith=root.path, kind="zone", closed_on=None)
    if isinstance(name, int) or str(name).isdecimal():
        zone = below.filter(pk=int(name)).first()
        if zone is None:
            raise BatchError("no_zone", gettext_noop("没有这个开发区组织，请重新选。"))
    else:
        zone = below.filter(name=name).first() or below.filter(short_name=name).first()
    if zone:
        return {"zone": zone.name, "lies_in": codes, "org_id": zone.pk}
    return {"zone": str(name)[:120], "lies_in": codes}


def _known(codes: Iterable[Any]) -> list[str]:
    wanted = list(dict.fromkeys(str(code) for code in codes))
    found = set(Division.objects.filter(code__in=wanted).values_list("code", flat=True))
    for code in wanted:
        if code not in found:
            raise BatchError("unknown_district", gettext_noop("没有代码为“%(code)s”的区县。"), {"code": code})
    return wanted


def found_missing(job: Job, words: Iterable[str]) -> None:
    """Found, once, the organisations of zones that were answered by name, below the instance's root.

    Somebody who may not write for the root founds none; the stations then belong to the importing organisation.
    """
    root = Instance.objects.select_related("root").get().root
    for word in sorted(words):
        meaning = job.meanings.get("district", {}).get(word)
        if not meaning or meaning.get("org_id") or not meaning.get("zone"):
            continue
        zone = Organisation.objects.filter(parent=root, name=meaning["zone"]).first()
        if zone is None:
            if not job.actor.may(Cap.WRITE, org_path=root.path):
                continue
            zone = found_organisation(
                actor=job.actor,
                name=meaning["zone"],
                parent=root,
                kind="zone",
                short_name=word[:40],
                lies_in=list(Division.objects.filter(code__in=meaning["lies_in"])),
            )
        meaning["org_id"] = zone.pk
        ValueMemory.objects.filter(org=job.org, kind="stations", field="district", word=word).update(meaning=meaning)
