"""Under which address lies the log?"""

from django.urls import path

from xiaojia.kernel.audit import views

app_name = "audit"
urlpatterns = [path("audit/", views.log, name="log")]
