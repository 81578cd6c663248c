"""Under which addresses does the product answer?"""

from django.urls import include, path

from xiaojia.config import api, health, metrics

urlpatterns: list[object] = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.page, name="metrics"),
    path("office/", include("xiaojia.kernel.people.urls")),
    path("office/", include("xiaojia.kernel.orgs.urls")),
    path("office/", include("xiaojia.kernel.notices.urls")),
    path("office/", include("xiaojia.kernel.audit.urls")),
    path("office/", include("xiaojia.kernel.calendar.urls")),
    path("office/", include("xiaojia.kernel.imports.urls")),
    path("office/", include("xiaojia.kernel.retention.urls")),
    path("office/", include("xiaojia.kernel.keys.urls")),
    path("api/v1/", include((api.patterns(), "api"))),
    path("", include("xiaojia.web.urls")),
    path("", include("xiaojia.domains.feeds.urls")),
    path("", include("xiaojia.domains.feedback.urls")),
    path("", include("xiaojia.domains.visits.urls")),
    path("", include("xiaojia.domains.stations.urls.keeping")),
    path("", include("xiaojia.domains.stations.urls")),
]

handler400 = "xiaojia.web.errors.bad_request"
handler403 = "xiaojia.web.errors.forbidden"
handler404 = "xiaojia.web.errors.not_found"
handler429 = "xiaojia.web.errors.too_many"
handler500 = "xiaojia.web.errors.server_error"
