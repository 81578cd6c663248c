"""Under which addresses lies the calendar?"""

from django.urls import path

from xiaojia.kernel.calendar import views

app_name = "calendar"
urlpatterns = [
    path("calendar/", views.year, name="this_year"),
    path("calendar/notice/", views.notice, name="notice"),
    path("calendar/day/", views.day, name="day"),
    path("calendar/<int:number>/", views.year, name="year"),
]
