"""Under which addresses do stations answer? The worker's pages; the office's are added beside them."""

from xiaojia.domains.stations.urls import office, public

app_name = "stations"
urlpatterns = [*public.urlpatterns, *office.urlpatterns]
