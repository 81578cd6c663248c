"""Under which addresses is something reported, and answered?"""

from django.urls import path

from xiaojia.domains.feedback.views import office, public

app_name = "feedback"
urlpatterns = [
    path("report/", public.choose_page, name="choose"),
    path("s/<str:code>/report/", public.report_page, name="report"),
    path("s/<str:code>/report/thanks/", public.thanks_page, name="thanks"),
    path("office/reports/", office.report_list, name="office_list"),
    path("office/reports/<uuid:pk>/", office.report_detail, name="office_report"),
    path("office/reports/<uuid:pk>/seen/", office.report_seen, name="office_seen"),
    path("office/reports/<uuid:pk>/done/", office.report_done, name="office_done"),
    path("office/reports/<uuid:pk>/photo/<slug:size>.jpg", office.report_photo, name="office_photo"),
]
