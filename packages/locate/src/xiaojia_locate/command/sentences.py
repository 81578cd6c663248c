"""In which words is a fault told? One sentence in English and one in Chinese for each code; `{names}` are filled in."""

SENTENCES: dict[str, tuple[str, str]] = {
    # files
    "not_found": ("{file} does not exist.", "文件 {file} 不存在。"),
    "unreadable": ("{file} cannot be read: {why}.", "{file} 读不出：{why}。"),
    "empty_file": ("{file} is empty.", "{file} 是空文件。"),
    "empty_layer": ("{file} has no rows of data.", "{file} 没有数据行。"),
    "file_too_large": (
        "{file} has {size:,.0f} MiB; read whole it takes about {need:,.0f} MiB, and {have:,} MiB are free. Save it as Parquet: "
        "that is read in batches.",
        "{file} 有 {size:,.0f} MiB，整个读入约需 {need:,.0f} MiB，可用内存只有 {have:,} MiB。请存成 Parquet，它会按批读取。",
    ),
    "old_excel": ("{file} is an old .xls; save it as .xlsx.", "{file} 是旧版 .xls，请另存为 .xlsx。"),
    "damaged": (
        "{file} cannot be read as {kind}: {why}. Export it anew.",
        "{file} 不能作为 {kind} 读取（{why}），请重新导出。",
    ),
    "unknown_format": (
        "{file} is no CSV, Excel, GeoJSON or Parquet.",
        "{file} 不是 CSV、Excel、GeoJSON 或 Parquet。",
    ),
    "broken_bytes": (
        "{file} is neither UTF-8 nor GB18030: line {line} has bytes that cannot be read. Save it as CSV UTF-8.",
        "{file} 第{line}行有读不出的字节（不是 UTF-8 也不是 GB18030），请另存为 CSV UTF-8。",
    ),
    "broken_quotes": ("{file}: quotes do not pair up ({why}).", "{file} 引号不成对（{why}）。"),
    "needs_package": ("{kind} files need {package}: pip install {package}.", "读取 {kind} 需要先安装 {package}。"),
    "no_such_sheet": ("{file} has no sheet “{sheet}”; it has {known}.", "{file} 没有工作表“{sheet}”，现有：{known}。"),
    "sheet": ("{why}", "{zh}"),
    "not_points": (
        "{file} holds a {kind} where points are needed (in QGIS: Vector › Geometry › Point on surface).",
        "{file} 含有 {kind}，这里需要点（在 QGIS 里可用“面内点”生成）。",
    ),
    "not_polygons": ("{file} needs polygons with a name; found {kind}.", "{file} 需要带名称的面，却是 {kind}。"),
    "not_lines": ("{file} needs lines or polygons; found {kind}.", "{file} 需要线或面，却是 {kind}。"),
    # columns
    "duplicate_header": ("{file} has two columns “{name}”; rename one.", "{file} 有两列都叫“{name}”，请改名。"),
    "no_column": (
        "{file} has no column for {role}; it has {known}. Name it: --columns {layer}.{role}=NAME.",
        "{file} 没有找到{zh}列，现有：{known}。请用 --columns {layer}.{role}=列名 指定。",
    ),
    "unknown_column": ("{file} has no column “{name}”; it has {known}.", "{file} 没有“{name}”列，现有：{known}。"),
    "other_datum": (
        "column “{name}” says {said}, but the coordinates are read as {read}. Give {flag} {said}.",
        "列名“{name}”写的是 {said}，却按 {read} 读取。请加 {flag} {said}。",
    ),
    # cells
    "not_a_number": ("“{name}” holds “{cell}”, which is no number.", "“{name}”列的“{cell}”不是数字。"),
    "empty_cell": ("“{name}” is empty.", "“{name}”列是空的。"),
    "negative": ("“{name}” is below zero.", "“{name}”列小于零。"),
    "no_cost": ("“{name}” must be above zero.", "“{name}”列必须大于零。"),
    "no_probability": ("“{name}” must lie between 0 and 1.", "“{name}”列应在 0 到 1 之间。"),
    "duplicate_id": ("the id “{cell}” stands in more than one row.", "编号“{cell}”重复。"),
    "unknown_status": (
        "the status “{cell}” is unknown; use fixed, mandatory, forbidden or leave it empty.",
        "状态“{cell}”不认识，请填 已建、必选、禁止 或留空。",
    ),
    "no_time": ("“{name}” holds “{cell}”, which is no time.", "“{name}”列的“{cell}”不是时间。"),
    "no_hours": (
        "“{name}” holds “{cell}”; write opening hours as 08:30-17:00 or 24h.",
        "“{name}”列的“{cell}”读不懂，请写成 08:30-17:00 或 24小时。",
    ),
    # places
    "axis_order": (
        "latitude and longitude are swapped (“{x}” holds latitudes).",
        "经纬度写反了（“{x}”列是纬度）。",
    ),
    "range": (
        "positions outside ±180, ±90 degrees; if they are metres, say so with {flag}.",
        "坐标超出 ±180、±90 度；如果是米，请用 {flag} 说明。",
    ),
    "degrees_as_metres": (
        "positions look like degrees, but are read as metres; say so with {flag}.",
        "坐标像是经纬度，却按米读取，请用 {flag} 说明。",
    ),
    "far_away": (
        "places more than {km:.0f} km from all demand: a slip in a digit, another city, or another datum?",
        "离所有需求点超过 {km:.0f} 公里：数字打错、别的城市，还是坐标系不对？",
    ),
    "none_reaches": (
        "no site lies within {reach:,.0f} m of any demand; the nearest is {nearest:,.0f} m away. Check the "
        "coordinates{hint}.",
        "没有一个候选点在需求点 {reach:,.0f} 米以内，最近的有 {nearest:,.0f} 米。请检查坐标{hint_zh}。",
    ),
    "outside_districts": ("places that lie in no district of {file}.", "不在 {file} 任何一个区内。"),
    "no_candidates": ("{district} has none.", "{district}没有候选点。"),
    "no_district": (
        "rows without a district; fill them in, or give --districts polygons.",
        "没有填区县，请补填，或用 --districts 给出区界。",
    ),
    # constraints
    "too_many": (
        "{asked} sites to open, but only {there} candidates can be chosen: {over} too many.",
        "要新增 {asked} 处，但可选的候选点只有 {there} 个，多了 {over} 个。",
    ),
    "infeasible": (
        "No choice satisfies all constraints: {why} Missed by {by:g}.",
        "没有方案能同时满足所有条件：{zh}差 {by:g}。",
    ),
    "too_large": (
        "about {need:,} MiB would be needed and {have:,} MiB are free ({points:,} points, about {pairs:,} pairs). {do}",
        "大约需要 {need:,} MiB 内存，只有 {have:,} MiB 可用（{points:,} 个点、约 {pairs:,} 对）。{zh}",
    ),
    # options
    "goal": (
        "Say one goal: --open K, --budget B or --cover-share S.",
        "请给出一个目标：--open K、--budget B 或 --cover-share S。",
    ),
    "bad_option": ("{option}: {why}", "{option}：{zh}"),
    "not_together": ("{first} cannot be used with {second}.", "{first} 不能与 {second} 同时使用。"),
    "not_here": ("{what} is not part of this version.", "当前版本还没有{zh}。"),
    "library": ("{why}", "{zh}"),
}

ROLES_ZH = {
    "x": "经度（或 x）", "y": "纬度（或 y）", "id": "编号", "name": "名称", "weight": "权重", "cost": "费用",
    "status": "状态", "district": "区县", "probability": "开放概率", "time": "时间", "hours": "开放时间",
}  # fmt: skip

LIBRARY_ZH = {
    "contradiction": "同一个候选点既要开又不许开。",
    "mandatory_above_budget": "必选的候选点已经超出数量或预算。",
    "too_many": "要新增的数量多于候选点。",
    "unreachable": "有些需求点没有任何候选点够得着。",
    "share": "覆盖率目标达不到。",
}


def sentence(code: str, **values: object) -> tuple[str, str]:
    """Return the two sentences of a code.

    >>> sentence("empty_file", file="a.csv")
    ('a.csv is empty.', 'a.csv 是空文件。')
    """
    english, chinese = SENTENCES[code]
    return english.format(**values), chinese.format(**values)
