"""Under which addresses does an administrator keep keys?"""

from django.urls import path

from xiaojia.kernel.keys import views

app_name = "keys"
urlpatterns = [
    path("keys/", views.key_list, name="list"),
    path("keys/new/", views.key_new, name="new"),
    path("keys/<uuid:pk>/revoke/", views.key_revoke, name="revoke"),
]
