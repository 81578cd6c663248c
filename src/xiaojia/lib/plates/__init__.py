"""What does a station's printed plate look like, as SVG for the browser and as PDF for the print shop?"""

from xiaojia.lib.plates.fonts import FontFiles, FontMissing, find_font
from xiaojia.lib.plates.layout import PlateText
from xiaojia.lib.plates.pdf import plate_pdf
from xiaojia.lib.plates.svg import plate_svg

__all__ = ["FontFiles", "FontMissing", "PlateText", "find_font", "plate_pdf", "plate_svg"]
