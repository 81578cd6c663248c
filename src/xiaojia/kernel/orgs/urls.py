"""Under which addresses does an administrator keep organisations, people and settings?"""

from django.urls import path

from xiaojia.kernel.orgs import views

app_name = "orgs"
urlpatterns = [
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/<int:parent_id>/new/", views.organisation_new, name="organisation_new"),
    path("people/", views.people, name="people"),
    path("people/new/", views.person_new, name="person_new"),
    path("people/<int:post_id>/end/", views.post_end, name="post_end"),
    path("people/<int:post_id>/link/", views.reset_link, name="reset_link"),
    path("people/<int:post_id>/two-step/", views.factor_reset, name="factor_reset"),
    path("people/<int:post_id>/unlock/", views.lock_release, name="lock_release"),
    path("people/<int:post_id>/sign-out/", views.sign_out, name="sign_out"),
    path("people/<int:post_id>/phone/", views.phone, name="phone"),
    path("settings/", views.settings, name="settings"),
]
