"""Which hostile files do the attacks send? Made here, small, from scratch."""

import io
import struct
import zipfile
import zlib

from PIL import Image

WORKBOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
    'Target="sharedStrings.xml"/></Relationships>'
)
ROOT_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def cell(ref: str, text: str) -> str:
    """An inline string."""
    return f'<c r="{ref}" t="inlineStr"><is><t>{text}</t></is></c>'


def workbook(sheet: str = "", strings: bytes = b"", prolog: str = '<?xml version="1.0"?>', **more: bytes) -> bytes:
    """An xlsx whose parts are as given; `sheet` is the inside of sheetData."""
    target = io.BytesIO()
    page = f'{prolog}<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>'
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in (("[Content_Types].xml", TYPES), ("_rels/.rels", ROOT_RELS), ("xl/workbook.xml", WORKBOOK),
                           ("xl/_rels/workbook.xml.rels", RELS), ("xl/worksheets/sheet1.xml", page)):  # fmt: skip
            archive.writestr(name, data)
        archive.writestr("xl/sharedStrings.xml", strings or f'<sst xmlns="{MAIN}"/>')
        for name, data in more.items():
            archive.writestr(name, data)
    return target.getvalue()


def zeros(mb: int) -> bytes:
    """So many megabytes that pack to a thousandth."""
    return b" " * (mb << 20)


def lying(data: bytes, name: str, claimed: int) -> bytes:
    """An archive whose directory claims another unpacked size for a member."""
    out = bytearray(data)
    at = out.rfind(b"PK\x01\x02")
    while at >= 0:
        length = struct.unpack_from("<H", out, at + 28)[0]
        if out[at + 46 : at + 46 + length] == name.encode():
            struct.pack_into("<I", out, at + 24, claimed)
        at = out.rfind(b"PK\x01\x02", 0, at)
    return bytes(out)


def png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims any size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def picture(kind: str, width: int = 64, height: int = 48, **more: object) -> bytes:
    """A true picture."""
    target = io.BytesIO()
    Image.new("RGB", (width, height), (200, 60, 40)).save(target, kind, **more)
    return target.getvalue()


def jpeg_claiming(width: int, height: int) -> bytes:
    """A JPEG whose frame header claims another size than its data has."""
    data = bytearray(picture("JPEG"))
    at = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, at + 5, height, width)
    return bytes(data)


def film(kind: str, frames: int) -> bytes:
    """An animated picture."""
    target = io.BytesIO()
    all_frames = [Image.new("RGB", (32, 32), (n % 256, 0, 0)) for n in range(frames)]
    all_frames[0].save(target, kind, save_all=True, append_images=all_frames[1:])
    return target.getvalue()
