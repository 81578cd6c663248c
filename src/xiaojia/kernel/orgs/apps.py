"""How does Django know this room?"""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "xiaojia.kernel.orgs"
    label = "orgs"
