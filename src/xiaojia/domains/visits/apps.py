"""How does Django know this room?"""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "xiaojia.domains.visits"
    label = "visits"
