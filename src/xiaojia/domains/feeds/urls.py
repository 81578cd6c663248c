"""Under which addresses do programs and map platforms read the network, and who opens them?"""

from django.urls import path

from xiaojia.domains.feeds.views import files, hsds, office

app_name = "feeds"
urlpatterns = [
    path("office/feeds/", office.release_page, name="release"),
    path("office/feeds/<uuid:pk>/withdraw/", office.withdraw, name="withdraw"),
    path("hsds/", hsds.root, name="hsds"),
    path("hsds/openapi.json", hsds.openapi, name="hsds_openapi"),
    path("hsds/services", hsds.services, name="hsds_services"),
    path("hsds/services/<str:pk>", hsds.service, name="hsds_service"),
    path("hsds/service_at_locations", hsds.at_locations, name="hsds_at_locations"),
    path("hsds/service_at_locations/<str:pk>", hsds.at_location, name="hsds_at_location"),
    path("hsds/organizations", hsds.organizations, name="hsds_organizations"),
    path("hsds/organizations/<str:pk>", hsds.organization, name="hsds_organization"),
    path("hsds/taxonomies", hsds.taxonomies, name="hsds_taxonomies"),
    path("hsds/taxonomies/<str:pk>", hsds.taxonomy, name="hsds_taxonomy"),
    path("hsds/taxonomy_terms", hsds.taxonomy_terms, name="hsds_taxonomy_terms"),
    path("hsds/taxonomy_terms/<str:pk>", hsds.taxonomy_term, name="hsds_taxonomy_term"),
    path("hsds/<path:rest>", hsds.unknown, name="hsds_unknown"),
    path("feeds/stations.geojson", files.geojson, name="geojson"),
    path("robots.txt", files.robots_txt, name="robots"),
    path("sitemap.xml", files.sitemap_index, name="sitemap"),
    path("sitemap-<int:number>.xml", files.sitemap_part, name="sitemap_part"),
    path("s/<str:code>/timetable.ics", files.timetable, name="timetable"),
]
