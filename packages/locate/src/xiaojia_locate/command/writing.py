"""Where does the answer go? result.json, result.geojson and the person's own candidates with what was chosen."""

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from xiaojia_locate.command.posing import Posed
from xiaojia_locate.command.result import Result

EXCEL_ROWS = 1_048_576
ADDED = ("选中 chosen", "次序 rank", "新增 gain", "撤掉会少 marginal", "最佳替代 replacement", "替代变化 change")


def write_json(result: Result, folder: Path) -> Path:
    """Write everything that is known."""
    path = folder / "result.json"
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")
    return path


def write_geojson(result: Result, folder: Path) -> Path:
    """Write new and existing sites as points: WGS-84 as RFC 7946 wants it, the given pair kept as properties.

    Positions in metres have no place on the earth; they are written as they are, and a member `coordinates` says so.
    """
    features = [_feature(site, "new") for site in result["sites"]] + [
        _feature(site, "existing") for site in result["existing"]
    ]
    metres = result["layers"]["demand"]["crs"] == "metres"
    whole = {
        "type": "FeatureCollection",
        "coordinates": "metres, as given" if metres else "WGS-84 (RFC 7946)",
        "features": features,
    }
    path = folder / "result.geojson"
    path.write_text(json.dumps(whole, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _feature(site: dict[str, Any], role: str) -> dict[str, Any]:
    kept = {
        name: site.get(name)
        for name in ("rank", "id", "name", "row", "district", "cost", "gain", "marginal")
        if site.get(name) not in (None, "")
    }
    replacement = site.get("replacement")
    if replacement:
        kept |= {
            "replacement": replacement["id"] or replacement["name"] or f"row {replacement['row']}",
            "change": replacement["change"],
        }
    kept |= {"role": role, "given_x": site["given"][0], "given_y": site["given"][1], "given_crs": site["crs"]}
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [site["x"], site["y"]]}, "properties": kept}


def write_sheet(posed: Posed, result: Result, folder: Path) -> Path:
    """Write the person's candidates, row by row as they were, with what was chosen; CSV where Excel cannot hold it."""
    names, rows = _own_columns(posed), _sheet_rows(posed, result)
    try:
        from openpyxl import Workbook  # noqa: F401 - only asked whether it is there
    except ModuleNotFoundError:
        return _write_csv(names, rows, folder)
    if len(posed.candidates) >= EXCEL_ROWS:
        return _write_csv(names, rows, folder)
    return _write_excel(names, rows, folder)


def _own_columns(posed: Posed) -> list[str]:
    table = posed.candidates.table
    return [*(table.names if table and table.names else ("id", "x", "y", "wgs84 lng", "wgs84 lat")), *ADDED]


def _sheet_rows(posed: Posed, result: Result) -> Iterator[list[Any]]:
    layer, table = posed.candidates, posed.candidates.table
    chosen = {one["site"] - posed.n_existing: one for one in result["sites"]}
    for place in range(len(layer)):
        if table and table.names:
            own = [table.columns[name][place] for name in table.names]
        else:
            own = [layer.ids[place], *layer.given[place].tolist(), *layer.places[place].round(7).tolist()]
        site = chosen.get(place)
        yield [*own, *_added(site)]


def _added(site: dict[str, Any] | None) -> list[Any]:
    if site is None:
        return ["否", None, None, None, None, None]
    other = site["replacement"]
    name = (other["id"] or other["name"] or f"{other['row']}") if other else None
    return ["是", site["rank"], site["gain"], site["marginal"], name, other["change"] if other else None]


def _write_csv(names: Sequence[str], rows: Iterator[list[Any]], folder: Path) -> Path:
    path = folder / "result.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for row in rows:
            writer.writerow(
                [
                    "'" + cell if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@")) else cell
                    for cell in row
                ]
            )
    return path


def _write_excel(names: Sequence[str], rows: Iterator[list[Any]], folder: Path) -> Path:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    page = book.create_sheet("候选点 candidates")
    page.freeze_panes = "A2"
    head, lit = PatternFill("solid", fgColor="B8341B"), PatternFill("solid", fgColor="FFF1D6")
    for column, name in enumerate(names, start=1):
        page.column_dimensions[get_column_letter(column)].width = min(40, max(10, 2 * len(name)))

    def cell(value: Any, fill: Any = None, font: Any = None) -> Any:
        made = WriteOnlyCell(page, value if not hasattr(value, "item") else value.item())
        if isinstance(value, str):
            made.value = "".join(letter for letter in value if letter >= " " or letter in "\n\t")
            made.data_type = "s"
        if fill:
            made.fill = fill
        if font:
            made.font = font
        return made

    page.append([cell(name, head, Font(bold=True, color="FFFFFF")) for name in names])
    for row in rows:
        page.append([cell(value, lit) for value in row] if row[-len(ADDED)] == "是" else [cell(value) for value in row])
    path = folder / "result.xlsx"
    book.save(path)
    return path
