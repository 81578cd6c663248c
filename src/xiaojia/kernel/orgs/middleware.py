"""Who is behind this request? `request.actor`, computed once and only when asked for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from xiaojia.kernel.orgs.access import NOBODY, actor_of


class ActorMiddleware:
    """Attach a lazy `request.actor`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: actor_of(request.user) if request.user.is_authenticated else NOBODY
        )
        return self.get_response(request)
