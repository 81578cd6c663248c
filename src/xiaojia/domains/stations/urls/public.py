"""Under which addresses does a worker find the stations?"""

from django.urls import path

from xiaojia.domains.stations.views import public, public_map, public_places, public_station

urlpatterns = [
    path("", public.list_page, name="list"),
    path("filter/", public_places.filter_page, name="filter"),
    path("places/", public_places.places_page, name="places"),
    path("about/", public_places.about_page, name="about"),
    path("offline/", public_places.offline_page, name="offline"),
    path("map/", public_map.map_page, name="map"),
    path("stations.json", public_map.stations_json, name="json"),
    path("s/<str:code>/", public_station.station_page, name="station"),
    path("s/<str:code>/go/", public_station.go_page, name="go"),
    path("s/<str:code>/go/<slug:app>/", public_station.go_app, name="go_app"),
    path("s/<str:code>/arrived/", public_station.arrived_page, name="arrived"),
    path("s/<str:code>/pin/", public_station.pin, name="pin"),
    path("s/<str:code>/photo/<uuid:pk>/<slug:size>.jpg", public_station.photo, name="photo"),
]
