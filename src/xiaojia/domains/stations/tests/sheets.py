"""What do the import tests hand in? Small invented lists on the ground of Zhengzhou, as CSV or xlsx bytes."""

import csv
import io

from openpyxl import Workbook

from xiaojia.kernel.imports import actions
from xiaojia.kernel.orgs.access import Actor
from xiaojia.kernel.orgs.rules import Grant

HEADER = ("编号", "名称", "地址", "区县", "经度", "纬度", "开放时间", "电话", "面积", "饮水机", "微波炉")
ROWS = (
    (
        "A1",
        "测试一号驿站",
        "建设路甲1号",
        "中原区",
        "113.547",
        "34.787",
        "周一至周五 8:30-17:30",
        "0371-11112222",
        "60",
        "有",
        "2台",
    ),
    ("A2", "测试二号驿站", "航海路乙2号", "二七区", "", "", "24小时", "13812345678", "", "坏", "无"),
    ("A3", "测试三号驿站", "商城路丙3号", "管城区", "113.712", "34.700", "以现场公告为准", "", "35.5㎡", "", ""),
)


def as_csv(rows=ROWS, header=HEADER, encoding="utf-8"):
    """Return the rows as CSV bytes."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode(encoding)


def as_xlsx(rows=ROWS, header=HEADER, merge=""):
    """Return the rows as a workbook; `merge` merges cells such as "B1:C1"."""
    book = Workbook()
    page = book.active
    for row in (header, *rows):
        page.append([cell or None for cell in row])
    if merge:
        page.merge_cells(merge)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_cell(number, title, value, rows=ROWS):
    """Return the rows with one cell changed; `number` counts data rows from 1."""
    changed = [list(row) for row in rows]
    changed[number - 1][HEADER.index(title)] = value
    return changed


def officer_of(org):
    """Return an actor who may do everything for an organisation and below."""
    ground = org.division.prefix if org.division else ""
    return Actor(label="测试经办人", grants=(Grant(org.pk, org.path, org.name, "admin", ground),))


def stage(org, content, filename="list.csv", datum="wgs84", actor=None):
    """Stage a list of stations for an organisation."""
    return actions.stage(
        actor=actor or officer_of(org),
        org=org,
        kind="stations",
        filename=filename,
        content=content,
        options={"datum": datum} if datum else {},
    )


def commit(batch, only_good=True):
    """Commit as the organisation's own officer."""
    return actions.commit(actor=officer_of(batch.org), batch=batch, only_good=only_good)


def verdicts(batch):
    """Return the verdicts in the order of the rows."""
    return [str(row.verdict) for row in batch.rows.all()]


def codes(batch, number, what="errors"):
    """Return the codes of what is said about a data row (from 1)."""
    return [issue["code"] for issue in getattr(batch.rows.all()[number - 1], what)]
