"""How are the verbs of this room said in the log? Chinese message ids."""

from xiaojia.lib.errors import gettext_noop as _

VERBS = {
    "visits.added_by_keeper": _("站点补记人次"),
    "visits.earlier_entered": _("录入系统启用前人次"),
    "visits.earlier_removed": _("删去系统启用前人次"),
    "visits.exported": _("导出人次"),
    "visits.plates_made": _("打印二维码牌"),
}
