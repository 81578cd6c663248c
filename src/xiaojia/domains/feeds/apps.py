"""How does Django know this room?"""

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "xiaojia.domains.feeds"
    label = "feeds"
