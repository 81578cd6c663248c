"""What does somebody see of her inbox?"""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from xiaojia.kernel.audit.access import needs
from xiaojia.kernel.notices.actions import read_all
from xiaojia.kernel.notices.queries import inbox

PAGE_ROWS = 50


@needs("")
def messages(request: HttpRequest) -> HttpResponse:
    """List the own messages."""
    page = Paginator(inbox(request.user.pk), PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "notices/inbox.html", {"page": page})


@require_POST
@needs("")
def all_read(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    read_all(account=request.user)
    return redirect("notices:inbox")
