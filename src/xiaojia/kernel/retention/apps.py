"""How does Django know this room?"""

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "xiaojia.kernel.retention"
    label = "retention"
