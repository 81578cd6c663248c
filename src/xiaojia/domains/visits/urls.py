"""Under which addresses are visits made, counted and printed for?"""

from django.urls import path

from xiaojia.domains.visits.views import after, checkin, earlier, keeper, office, plates, screen

app_name = "visits"
urlpatterns = [
    path("s/<str:code>/in/", checkin.checkin, name="checkin"),
    path("s/<str:code>/in/done/", after.done_page, name="done"),
    path("s/<str:code>/in/trade/", after.work, name="work"),
    path("s/<str:code>/in/good/", after.good, name="good"),
    path("s/<str:code>/in/more/", after.companions, name="companions"),
    path("s/<str:code>/screen/", screen.screen, name="screen"),
    path("k/<str:code>/add/", keeper.add, name="keeper_add"),
    path("office/visits/", office.counts_page, name="office_counts"),
    path("office/visits/rows/", office.rows_page, name="office_rows"),
    path("office/visits/export.<slug:kind>", office.export, name="office_export"),
    path("office/visits/earlier/", earlier.earlier_page, name="earlier"),
    path("office/visits/earlier/<int:pk>/remove/", earlier.earlier_remove, name="earlier_remove"),
    path("office/plates/", plates.plates_page, name="plates"),
    path("office/plates/print/", plates.print_page, name="plates_print"),
    path("office/plates/<str:code>.svg", plates.plate_svg_file, name="plate_svg"),
    path("office/plates/plates.pdf", plates.plates_pdf, name="plates_pdf"),
]
