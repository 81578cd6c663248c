"""How does Django know the shell?"""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "xiaojia.web"
    label = "web"
