"""How does Django know this room?"""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "xiaojia.kernel.imports"
    label = "imports"
