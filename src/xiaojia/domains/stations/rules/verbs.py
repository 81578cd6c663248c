"""How are the verbs of this room said in the log and in a station's history? Chinese message ids."""

from xiaojia.lib.errors import gettext_noop as _

VERBS = {
    "stations.registered": _("登记站点"),
    "stations.changed": _("修改站点"),
    "stations.placed": _("确定位置"),
    "stations.hours_set": _("修改开放时间"),
    "stations.facilities_set": _("更新设施"),
    "stations.status_changed": _("变更状态"),
    "stations.closed": _("临时关闭"),
    "stations.closure_withdrawn": _("撤回临时关闭"),
    "stations.verified": _("核实站点"),
    "stations.merged": _("合并重复站点"),
    "stations.merged_away": _("并入其他站点"),
    "stations.photo_added": _("添加照片"),
    "stations.photo_removed": _("删除照片"),
    "stations.stops_set": _("修改流动站点时刻表"),
    "stations.keeper_appointed": _("指定站点负责人"),
    "stations.keeper_dismissed": _("站点负责人离任"),
    "stations.standard_adopted": _("采用建设标准"),
    "stations.standard_written": _("新增建设标准"),
    "stations.moved_org": _("划转所属组织"),
    "stations.exported": _("导出站点"),
    "stations.device_linked": _("发放设备链接"),
    "stations.device_claimed": _("设备扫码绑定"),
    "stations.device_revoked": _("收回设备链接"),
    "stations.plates_printed": _("打印二维码牌"),
    "stations.bulk_changed": _("批量办理"),
    "stations.target_set": _("设定年度目标"),
}
