"""Where does a request truly come from? Forwarded headers count only from proxies that the operator named."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class TrustedProxyMiddleware:
    """Set `request.client_ip` and the scheme; headers from anybody but a trusted proxy are ignored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = request.META.get("REMOTE_ADDR", "")
        request.client_ip = peer  # type: ignore[attr-defined]
        if is_trusted(peer):
            hops = [
                hop.strip()
                for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
                if _is_address(hop.strip())
            ]
            outside = [hop for hop in hops if not is_trusted(hop)]
            request.client_ip = outside[-1] if outside else (hops[0] if hops else peer)  # type: ignore[attr-defined]
            if request.META.get("HTTP_X_FORWARDED_PROTO") == "https":
                request.META["wsgi.url_scheme"] = request.environ["wsgi.url_scheme"] = "https"  # type: ignore[attr-defined]
        return self.get_response(request)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_trusted(address: str) -> bool:
    """Return whether an address is one of the proxies that the operator named."""
    try:
        return any(ip_address(address) in network for network in settings.TRUSTED_PROXIES)
    except ValueError:
        return False
