"""Which pages are looked at, by whom? One list for the accessibility tests, the full grid and the screenshots."""

from typing import NamedTuple


class Page(NamedTuple):
    """A page: its name, its path in the demo city, the demo account that opens it (empty = a worker)."""

    name: str
    path: str
    user: str = ""


WORKER = (
    Page("list", "/"),
    Page("list-filtered", "/?have=microwave,charging&lng=109.5&lat=18.25"),
    Page("list-search", "/?q=海月&open=0"),
    Page("places", "/places/"),
    Page("map", "/map/"),
    Page("station", "/s/SY-0001/"),
    Page("station-unknown", "/s/SY-0025/"),
    Page("go", "/s/SY-0001/go/"),
    Page("report", "/s/SY-0001/report/"),
    Page("checkin-bare", "/s/SY-0001/in/"),
    Page("offline", "/offline/"),
    Page("sign-in", "/office/sign-in/"),
    Page("list-nothing-near", "/?have=seat&lng=109.30&lat=18.36"),
    Page("filter", "/filter/"),
    Page("map-near", "/map/?lng=109.5246&lat=18.2677"),
    Page("arrived", "/s/SY-0001/arrived/"),
    Page("report-choose", "/report/"),
    Page("report-no-entry", "/s/SY-0001/report/?kind=no_entry"),
    Page("about", "/about/"),
    Page("keeper-stranger", "/k/SY-0001/"),
)

DESK = (
    Page("today", "/office/", "shi"),
    Page("stations", "/office/stations/", "shi"),
    Page("stations-gap", "/office/stations/?gap=any", "jiyang"),
    Page("station", "/office/stations/SY-0027/", "shi"),
    Page("map", "/office/map/", "shi"),
    Page("closures", "/office/closures/", "shi"),
    Page("reports", "/office/reports/", "shi"),
    Page("visits", "/office/visits/", "shi"),
    Page("plates", "/office/plates/", "shi"),
    Page("imports", "/office/imports/", "shi"),
    Page("unplaced", "/office/stations/unplaced/", "shi"),
    Page("standards", "/office/standards/", "shi"),
    Page("inbox", "/office/inbox/", "shi"),
    Page("people", "/office/people/", "guanli"),
    Page("me", "/office/me/", "shi"),
    Page("password", "/office/me/password/", "shi"),
    Page("two-step", "/office/me/two-step/", "shi"),
    Page("organisations", "/office/organisations/", "guanli"),
    Page("calendar", "/office/calendar/", "guanli"),
    Page("audit", "/office/audit/", "shenji"),
    Page("terms", "/office/retention/", "guanli"),
    Page("term", "/office/retention/terms/visits.devices/", "guanli"),
    Page("persons", "/office/retention/people/", "guanli"),
    Page("panel", "/office/stations/?open=SY-0027", "shi"),
    Page("edit-basic", "/office/stations/SY-0068/edit/basic/", "shi"),
    Page("edit-place", "/office/stations/SY-0068/edit/place/", "shi"),
    Page("edit-hours", "/office/stations/SY-0068/edit/hours/", "shi"),
    Page("edit-facilities", "/office/stations/SY-0068/edit/facilities/", "shi"),
    Page("edit-photos", "/office/stations/SY-0068/edit/photos/", "shi"),
    Page("edit-keepers", "/office/stations/SY-0068/edit/keepers/", "shi"),
    Page("register", "/office/stations/new/", "shi"),
    Page("merge", "/office/stations/merge/?a=SY-0068&b=SY-0071", "shi"),
    Page("close", "/office/closures/new/", "shi"),
    Page("import", "/office/imports/new/stations/", "shi"),
    Page("visits-rows", "/office/visits/rows/", "shi"),
    Page("person", "/office/people/new/", "guanli"),
    Page("notice", "/office/calendar/notice/", "guanli"),
    Page("settings", "/office/settings/", "guanli"),
    Page("profile", "/office/me/", "shi"),
)
