"""How does Django know this room?"""

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "xiaojia.domains.feedback"
    label = "feedback"
