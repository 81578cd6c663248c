"""What can an operator do with stations on the command line? Import and undo, export, check, find the nearest."""

import click

from xiaojia.domains.stations.cli.finding import check, export_command, nearest
from xiaojia.domains.stations.cli.importing import import_command, undo


@click.group()
def stations() -> None:
    """Import, undo, export, check and find stations. 站点的导入、撤销、导出、检查和查找。"""


for command in (import_command, undo, export_command, check, nearest):
    stations.add_command(command)
