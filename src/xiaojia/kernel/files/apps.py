"""How does Django know this room?"""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "xiaojia.kernel.files"
    label = "files"
