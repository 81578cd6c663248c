"""Under which addresses does the shell answer?"""

from django.urls import path

from xiaojia.web import pages, security

app_name = "web"
urlpatterns = [
    path("manifest.webmanifest", pages.manifest, name="manifest"),
    path("sw.js", pages.service_worker, name="service_worker"),
    path("set/language/", pages.choose_language, name="language"),
    path(".well-known/security.txt", security.security_txt, name="security_txt"),
    path("set/size/", pages.choose_size, name="size"),
]
