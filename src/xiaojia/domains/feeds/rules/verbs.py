"""How are the verbs of this room said in the log? Chinese message ids."""

from xiaojia.lib.errors import gettext_noop as _

VERBS = {
    "feeds.release_approved": _("登记信息发布审核"),
    "feeds.release_withdrawn": _("撤回信息发布审核"),
}
NAMES = {
    "authority": _("审核机关"),
    "document_no": _("文号"),
    "approved_on": _("审核日期"),
    "scope": _("同意公开的内容"),
}
