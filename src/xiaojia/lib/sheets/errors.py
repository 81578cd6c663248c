"""What can be wrong with an uploaded sheet, in the words of the person who made it?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from xiaojia.lib.errors import XiaojiaError, gettext_noop


class SheetError(XiaojiaError):
    """A sheet, or a cell of it, that cannot be read; the sentence says what to do."""

    sentences: ClassVar[Mapping[str, str]] = {
        "too_large": gettext_noop(
            "文件有%(size_mb)s MB，超过了%(limit_mb)s MB的上限。请删去图片和多余的工作表，或分成几个文件上传。"
        ),
        "empty_file": gettext_noop("文件是空的（0字节）。请重新导出或另存后再上传。"),
        "empty_sheet": gettext_noop("工作表“%(sheet)s”里没有内容。请换一个工作表，或检查文件是否保存过。"),
        "no_rows": gettext_noop("只有表头，没有数据行。请填好后再上传。"),
        "unknown_format": gettext_noop(
            "不能读取“%(filename)s”：它不是Excel表（.xlsx、.xls）也不是CSV文本。请用Excel另存为.xlsx再上传。"
        ),
        "image": gettext_noop("“%(filename)s”其实是一张图片，不是表格。请上传Excel表；照片请用“批量上传照片”。"),
        "web_page": gettext_noop("“%(filename)s”其实是网页，只是扩展名叫.xls。请用Excel打开它，另存为.xlsx再上传。"),
        "encrypted": gettext_noop("文件有打开密码。请在Excel里去掉密码再上传。"),
        "damaged": gettext_noop("文件已损坏，打不开。请用Excel打开检查，另存为新的.xlsx再上传。"),
        "too_big_inside": gettext_noop(
            "文件展开后超过%(limit_mb)s MB，可能损坏或有大量空白格式。请把数据复制到新的工作簿，只粘贴数值，再上传。"
        ),
        "too_sparse": gettext_noop(
            "工作表的范围到了第%(rows)s行、第%(columns)s列，多半是远处有零星内容。请把数据复制到新的工作簿再上传。"
        ),
        "too_many_columns": gettext_noop("表格超过%(limit)s列。请删去用不到的列再上传。"),
        "too_many_rows": gettext_noop("数据超过%(limit)s行。请分成几个文件上传。"),
        "no_such_sheet": gettext_noop("文件里没有工作表“%(sheet)s”。现有：%(names)s。"),
        "no_header": gettext_noop("前%(rows)s行里没有找到表头。请把列名（如名称、地址）放在数据上面的一行。"),
        "merged_header": gettext_noop(
            "第%(row)s行的“%(title)s”合并了%(first)s到%(last)s列，下面又没有分开的列名。请取消合并，每一列单独写一个列名。"
        ),
        "header_too_deep": gettext_noop("表头合并了%(rows)s行，无法对应到列。请改成一行表头，每一列一个列名。"),
        "duplicate_header": gettext_noop(
            "第%(row)s行有两列都叫“%(title)s”（%(first)s列和%(second)s列）。请改成不同的列名。"
        ),
        "broken_bytes": gettext_noop(
            "第%(line)s行有读不出的字节（%(encoding)s）。请用Excel或记事本打开，改好这一行，另存为“CSV UTF-8”再上传。"
        ),
        "broken_quotes": gettext_noop("第%(line)s行附近的引号不成对。请用Excel打开，另存为.xlsx再上传。"),
        "not_a_number": gettext_noop("“%(text)s”不是数字。"),
        "not_a_date": gettext_noop("“%(text)s”不是日期，请写成2023-11-16这样。"),
        "month_only": gettext_noop("“%(text)s”缺少日，请写成2023-11-16这样。"),
        "digits_lost": gettext_noop(
            "“%(text)s”超过15位，Excel已把后面的数字变成0。请把这一列设为“文本”格式，重新填写。"
        ),
    }
