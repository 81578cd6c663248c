"""Under which addresses does the one at the door tap, and the office keep the devices?"""

from django.urls import path

from xiaojia.domains.stations.views import devices, keeping

app_name = "keep"
urlpatterns = [
    path("k/", keeping.mine, name="mine"),
    path("k/claim/<str:secret>/", keeping.claim, name="claim"),
    path("k/<str:code>/", keeping.keeper_page, name="page"),
    path("k/<str:code>/tap/", keeping.keeper_tap, name="tap"),
    path("k/<str:code>/undo/", keeping.keeper_undo, name="undo"),
    path("office/stations/<str:code>/devices/", devices.device_list, name="devices"),
    path("office/stations/<str:code>/devices/<uuid:pk>/revoke/", devices.device_revoke, name="device_revoke"),
]
