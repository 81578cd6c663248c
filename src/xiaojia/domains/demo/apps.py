"""How does Django know this room?"""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "xiaojia.domains.demo"
    label = "demo"
