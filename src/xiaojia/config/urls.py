"""Under which addresses does the product answer?"""

from django.urls import include, path

urlpatterns: list[object] = [
    path("office/", include("xiaojia.kernel.people.urls")),
    path("office/", include("xiaojia.kernel.orgs.urls")),
    path("office/", include("xiaojia.kernel.notices.urls")),
    path("office/", include("xiaojia.kernel.audit.urls")),
    path("office/", include("xiaojia.kernel.calendar.urls")),
    path("office/", include("xiaojia.kernel.imports.urls")),
    path("office/", include("xiaojia.kernel.keys.urls")),
    path("", include("xiaojia.web.urls")),
    path("", include("xiaojia.domains.feedback.urls")),
    path("", include("xiaojia.domains.visits.urls")),
    path("", include("xiaojia.domains.stations.urls.keeping")),
    path("", include("xiaojia.domains.stations.urls")),
]

handler400 = "xiaojia.web.errors.bad_request"
handler403 = "xiaojia.web.errors.forbidden"
handler404 = "xiaojia.web.errors.not_found"
handler500 = "xiaojia.web.errors.server_error"
