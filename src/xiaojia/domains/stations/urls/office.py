"""Under which addresses does the office keep its stations?"""

from django.urls import path

from xiaojia.domains.stations.views import (
    bulk,
    closing,
    editing,
    exporting,
    facilities,
    hours,
    merging,
    office,
    office_station,
    photos,
    placing,
    standards,
    stops,
)

ONE = "office/stations/<str:code>/"

urlpatterns = [
    path("office/", office.today, name="office_today"),
    path("office/stations/", office.station_list, name="office_list"),
    path("office/stations/columns/", office.choose_columns, name="columns"),
    path("office/stations/new/", editing.register, name="register"),
    path("office/stations/bulk/", bulk.bulk, name="bulk"),
    path("office/stations/bulk/<uuid:deed>/undo/", bulk.undo, name="bulk_undo"),
    path("office/stations/merge/", merging.merge, name="merge"),
    path("office/stations/export.<slug:form>", exporting.export, name="export"),
    path("office/stations/photos/", photos.archive, name="photo_archive"),
    path("office/map/", office.office_map, name="office_map"),
    path("office/map/borders.json", office.borders, name="borders"),
    path("office/closures/", closing.closures, name="closures"),
    path("office/closures/new/", closing.close, name="close"),
    path("office/closures/<uuid:pk>/withdraw/", closing.withdraw, name="withdraw"),
    path("office/standards/", standards.standards, name="standards"),
    path("office/standards/new/", standards.own_list, name="own_list"),
    path(ONE, office_station.station, name="office_station"),
    path(ONE + "photo/<uuid:pk>/<slug:size>.jpg", office_station.photo, name="office_photo"),
    path(ONE + "verify/", editing.verify, name="verify"),
    path(ONE + "photos/<int:photo_id>/remove/", photos.remove, name="remove_photo"),
    path(ONE + "keepers/<int:keeper_id>/end/", editing.dismiss, name="dismiss"),
    path(ONE + "edit/place/", placing.place),
    path(ONE + "edit/stops/", stops.stops),
    path(ONE + "edit/hours/", hours.hours),
    path(ONE + "edit/facilities/", facilities.facilities),
    path(ONE + "edit/photos/", photos.station_photos),
    path(ONE + "edit/keepers/", editing.keeping),
    path(ONE + "edit/status/", editing.status),
    path(ONE + "edit/<slug:section>/", editing.section, name="edit"),
]
