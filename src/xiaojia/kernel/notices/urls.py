"""Under which addresses lies the inbox?"""

from django.urls import path

from xiaojia.kernel.notices import views

app_name = "notices"
urlpatterns = [
    path("inbox/", views.messages, name="inbox"),
    path("inbox/read/", views.all_read, name="all_read"),
]
