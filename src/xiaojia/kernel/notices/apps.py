"""How does Django know this room?"""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "xiaojia.kernel.notices"
    label = "notices"
