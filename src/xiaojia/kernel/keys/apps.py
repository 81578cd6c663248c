"""How does Django know this room?"""

from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "xiaojia.kernel.keys"
    label = "keys"
