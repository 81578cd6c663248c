"""How does Django know this room?"""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "xiaojia.kernel.people"
    label = "people"
