"""How do photos get in? One station's by hand, many stations' by an archive named after codes; seen before they are kept."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.signing import BadSignature, dumps, loads
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiaojia.domains.stations import access, actions
from xiaojia.domains.stations.actions.photos import take_photo
from xiaojia.domains.stations.forms.photos import MAX_AT_ONCE, ArchiveForm, PhotosForm
from xiaojia.domains.stations.queries.full import photos as photos_of
from xiaojia.domains.stations.queries.photo_zip import MAX_ARCHIVE_BYTES, Found, photos, plan
from xiaojia.domains.stations.views.editing import shell
from xiaojia.domains.stations.views.office_station import get_writable
from xiaojia.kernel.files.access import get
from xiaojia.kernel.files.actions import forget, store
from xiaojia.kernel.files.models import File
from xiaojia.kernel.files.queries import path_of
from xiaojia.kernel.orgs.access import require
from xiaojia.kernel.orgs.rules import Cap
from xiaojia.lib.errors import XiaojiaError
from xiaojia.lib.images import MAX_BYTES
from xiaojia.web.bodies import takes
from xiaojia.web.errors import message_of

ZIP, SALT, KEEP_S = "application/zip", "photo-archive", 24 * 3600


@takes(MAX_AT_ONCE * MAX_BYTES, signed_in=True)
@require(Cap.WRITE)
def station_photos(request: HttpRequest, code: str) -> HttpResponse:
    """Show a station's photos and take more; each bad one is named, the good ones are kept."""
    station = get_writable(request, code)
    form = PhotosForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given, kept = form.cleaned_data, 0
        for file in given["photos"]:
            try:
                take_photo(
                    actor=request.actor, station_id=station.pk, data=file.read(MAX_BYTES + 1), name=file.name, kind=given["kind"],
                    caption=given["caption"], public=given["public"],
                )  # fmt: skip
                kept += 1
            except XiaojiaError as error:
                form.add_error("photos", f"{file.name}：{message_of(error)}")
        if kept:
            messages.success(request, _("已收下 %(n)s 张。") % {"n": kept})
        if not form.errors:
            return redirect("stations:edit", station.code, "photos")
    values = shell(station, "photos", form=form, photos=photos_of(station))
    return render(request, "stations/office/edit_photos.html", values)


@require_POST
@require(Cap.WRITE)
def remove(request: HttpRequest, code: str, photo_id: int) -> HttpResponse:
    """Take a photo off."""
    station = get_writable(request, code)
    actions.remove_photo(actor=request.actor, station_id=station.pk, photo_id=photo_id)
    messages.success(request, _("照片已删除。"))
    return redirect("stations:edit", station.code, "photos")


@takes(MAX_ARCHIVE_BYTES, signed_in=True)
@require(Cap.WRITE)
def archive(request: HttpRequest) -> HttpResponse:
    """Take an archive, show where each photo would go, and keep them when told so."""
    if request.method == "POST" and request.POST.get("verb") == "save":
        return _keep(request)
    form = ArchiveForm(request.POST or None, request.FILES or None)
    values: dict[str, Any] = {"form": form, "limit_mb": MAX_ARCHIVE_BYTES >> 20}
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["archive"]
        try:
            found = plan(upload, access.writable(request.actor).filter(merged_into=None))
        except XiaojiaError as error:
            form.add_error("archive", message_of(error))
        else:
            upload.seek(0)
            file = store(upload, kind=File.Kind.SHEET, media_type=ZIP, original_name=upload.name)
            ticket = dumps([str(file.pk), request.user.pk], salt=SALT)
            values |= {"found": found, "ticket": ticket, "fitting": sum(1 for row in found if row.station)}
    return render(request, "stations/office/photo_archive.html", values)


def _keep(request: HttpRequest) -> HttpResponse:
    file = _ticket_file(request)
    found = plan(path_of(file), access.writable(request.actor).filter(merged_into=None))
    by_index = {row.index: row for row in found if row.station is not None}
    kept, refused = 0, []
    for index, data in photos(path_of(file), set(by_index)):
        problem = _take(request, by_index[index], data)
        if problem:
            refused.append((by_index[index].name, problem))
        else:
            kept += 1
    forget(file)
    unmatched = [row for row in found if row.station is None]
    values = {"kept": kept, "refused": refused, "unmatched": unmatched}
    return render(request, "stations/office/photo_archive_done.html", values)


def _take(request: HttpRequest, row: Found, data: bytes) -> str:
    if row.station is None:
        return row.problem
    try:
        take_photo(actor=request.actor, station_id=row.station.pk, data=data, name=row.name, kind=row.kind)
    except XiaojiaError as error:
        return message_of(error)
    return ""


def _ticket_file(request: HttpRequest) -> File:
    """Return the archive that this person handed in; a forged, foreign or used ticket is 404."""
    try:
        pk, owner = loads(request.POST.get("ticket", ""), salt=SALT, max_age=KEEP_S)
    except BadSignature as error:
        raise Http404 from error
    file = get(UUID(pk), File.Kind.SHEET) if owner == request.user.pk else None
    if file is None or file.media_type != ZIP:
        raise Http404
    return file
