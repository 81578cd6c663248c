"""How does Django know this room?"""

from django.apps import AppConfig


class StationsConfig(AppConfig):
    name = "xiaojia.domains.stations"
    label = "stations"
