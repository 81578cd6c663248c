"""How does Django know this room?"""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "xiaojia.kernel.audit"
    label = "audit"
