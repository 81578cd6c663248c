"""How does Django know this room?"""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "xiaojia.kernel.places"
    label = "places"
