"""Under which addresses does the product answer?"""

from django.urls import path

urlpatterns: list[object] = []

handler400 = "xiaojia.web.errors.bad_request"
handler403 = "xiaojia.web.errors.forbidden"
handler404 = "xiaojia.web.errors.not_found"
handler500 = "xiaojia.web.errors.server_error"
