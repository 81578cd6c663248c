"""What can an operator do with feeds on the command line? Check one, ours or another's; write the GeoJSON into a file."""

from xiaojia.domains.feeds.cli.commands import feeds, hsds

__all__ = ["feeds", "hsds"]
