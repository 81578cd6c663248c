"""Under which addresses do stations without a position get one? Before the office's, where a word would be a code."""

from django.urls import path

from xiaojia.domains.stations.views import unplaced

urlpatterns = [
    path("office/stations/unplaced/", unplaced.unplaced, name="unplaced"),
    path("k/<str:code>/place/", unplaced.on_the_spot, name="on_the_spot"),
]
