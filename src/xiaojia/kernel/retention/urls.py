"""Under which addresses does an administrator see terms, and what is kept about a person?"""

from django.urls import path

from xiaojia.kernel.retention import views

app_name = "retention"
urlpatterns = [
    path("retention/", views.terms, name="terms"),
    path("retention/people/", views.people, name="people"),
    path("retention/people/<uuid:pk>/", views.person, name="person"),
    path("retention/people/<uuid:pk>/export.<slug:form>", views.export, name="export"),
    path("retention/people/<uuid:pk>/forget/", views.forget, name="forget"),
    path("retention/terms/<str:key>/", views.term, name="term"),
]
