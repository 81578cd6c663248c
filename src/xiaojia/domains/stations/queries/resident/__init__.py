"""Which stations are near and open, answered from memory by every web process? (ADR 0038)"""

from xiaojia.domains.stations.queries.resident.answers import nearest_json, open_json
from xiaojia.domains.stations.queries.resident.following import age_s, catch_up, current, size, start, stop
from xiaojia.domains.stations.queries.resident.index import Index
from xiaojia.domains.stations.queries.resident.search import nearest

__all__ = ["Index", "age_s", "catch_up", "current", "nearest", "nearest_json", "open_json", "size", "start", "stop"]
