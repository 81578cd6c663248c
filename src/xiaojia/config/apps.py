"""When is the fuse box wired? Once, after all rooms are loaded."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "xiaojia.config"
    label = "config"

    def ready(self) -> None:
        from xiaojia.config import wiring

        wiring.connect()
        wiring.hurry()
        wiring.watch()
