"""How does the product run its own PostgreSQL? Binaries from a wheel, the lifecycle here, one data folder."""

from xiaojia.lib.postgres.errors import SENTENCES, PostgresError
from xiaojia.lib.postgres.initialise import SUPERUSER
from xiaojia.lib.postgres.server import Cluster
from xiaojia.lib.postgres.sockets import socket_folder

__all__ = ["SENTENCES", "SUPERUSER", "Cluster", "PostgresError", "socket_folder"]
