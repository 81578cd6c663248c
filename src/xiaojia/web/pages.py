"""What does the shell itself answer? The app's manifest, the service worker, language and large type."""

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

LARGE_COOKIE = "xj_large"
YEAR_S = 365 * 24 * 3600
WORKER_FILE = Path(__file__).parent / "static" / "web" / "sw.js"
SHELL = ("web/tokens.css", "web/worker.css", "web/worker.js", "web/icons.svg", "web/favicon.svg")
ICONS = (("192x192", "icon-192", "any"), ("512x512", "icon-512", "any"),
         ("192x192", "maskable-192", "maskable"), ("512x512", "maskable-512", "maskable"))  # fmt: skip


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to put the page on its home screen."""
    icons = [
        {"src": static(f"web/app-icons/{name}.png"), "sizes": size, "type": "image/png", "purpose": purpose}
        for size, name, purpose in ICONS
    ]
    answer = {
        "id": "/", "start_url": "/", "scope": "/", "display": "standalone", "name": _("小家"), "short_name": _("小家"),
        "description": _("户外劳动者服务站点：找一个现在能进的地方，喝水、热饭、充电、歇脚。"),
        "background_color": "#faf7f1", "theme_color": "#faf7f1", "icons": icons, "lang": request.LANGUAGE_CODE,
    }  # fmt: skip
    return JsonResponse(answer, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, told which files make up the shell; another shell is another version."""
    shell = [static(name) for name in SHELL]
    code = WORKER_FILE.read_text(encoding="utf-8")
    version = hashlib.sha256((code + "".join(shell) + _stamp()).encode()).hexdigest()[:12]
    head = f"self.XJ = {json.dumps({'version': version, 'shell': shell})};\n"
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"}
    return HttpResponse(head + code, content_type="text/javascript; charset=utf-8", headers=headers)


def _stamp() -> str:
    """The newest change of the shell's files, for installations that serve them without hashed names."""
    folder = Path(__file__).parent / "static"
    return str(max((folder / name).stat().st_mtime_ns for name in SHELL))


@csrf_exempt
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language on the phone: a choice of its own screen, so no token is asked for."""
    language = request.POST.get("language", "")
    response = _back(request)
    if language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR_S, samesite="Lax", httponly=True)
    return response


@csrf_exempt
@require_POST
def choose_size(request: HttpRequest) -> HttpResponse:
    """Switch large type (关怀版) on or off."""
    response = _back(request)
    if request.POST.get("large") == "1":
        response.set_cookie(LARGE_COOKIE, "1", max_age=YEAR_S, samesite="Lax", httponly=True)
    else:
        response.delete_cookie(LARGE_COOKIE)
    return response


def _back(request: HttpRequest) -> HttpResponseRedirect:
    target = request.POST.get("next", "/")
    inside = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if inside else "/")
