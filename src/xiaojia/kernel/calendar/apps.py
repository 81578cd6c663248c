"""How does Django know this room?"""

from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "xiaojia.kernel.calendar"
    label = "calendar"
