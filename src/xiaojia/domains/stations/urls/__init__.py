"""Under which addresses do stations answer? The worker's pages; the office's are added beside them."""

from xiaojia.domains.stations.urls import office, public, unplaced

app_name = "stations"
urlpatterns = [*public.urlpatterns, *unplaced.urlpatterns, *office.urlpatterns]
