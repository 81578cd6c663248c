"""Under which addresses does the office read sheets in? Below /office/."""

from django.urls import path

from xiaojia.kernel.imports.views import batch, deeds, upload

app_name = "imports"
urlpatterns = [
    path("imports/", upload.batch_list, name="list"),
    path("imports/new/<slug:kind>/", upload.new, name="new"),
    path("imports/blank/<slug:kind>.xlsx", upload.blank, name="blank"),
    path("imports/<uuid:pk>/", batch.show, name="batch"),
    path("imports/<uuid:pk>/progress/", batch.progress, name="progress"),
    path("imports/<uuid:pk>/columns/", batch.columns, name="columns"),
    path("imports/<uuid:pk>/questions/", batch.questions, name="questions"),
    path("imports/<uuid:pk>/sheet/", deeds.sheet, name="sheet"),
    path("imports/<uuid:pk>/decide/", deeds.decide, name="decide"),
    path("imports/<uuid:pk>/commit/", deeds.commit, name="commit"),
    path("imports/<uuid:pk>/undo/", deeds.undo, name="undo"),
    path("imports/<uuid:pk>/discard/", deeds.discard, name="discard"),
]
