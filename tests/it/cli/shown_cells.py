"""What a spreadsheet shows of each cell of a sheet, the first one if no number is given, with the modules of Python alone."""

import sys
import zipfile
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rounded(value, digits):
    """As spreadsheets do: 15 digits count, and a half goes away from zero."""
    value = Decimal(format(value, ".14e"))
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def shown(text, code):
    value = float(text)
    if code == "General":
        return repr(value)
    if code.startswith("yyyy"):
        at = datetime(1899, 12, 30) + timedelta(seconds=round(value * 86400))
        return at.strftime("%Y-%m-%d" if code == "yyyy-mm-dd" else "%Y-%m-%dT%H:%M:%S")
    sections = code.split(";")
    if len(sections) == 3:
        code = sections[0 if value > 0 else 1 if value < 0 else 2]
        value = abs(value)
    number, _, suffix = code.partition('"')
    sign = "-" if value < 0 else ""
    if number[0] in "+-":
        sign, number = number[0], number[1:]
    digits = len(number.partition(".")[2])
    grouping = "," if "," in number else ""
    return f"{sign}{format(abs(rounded(value, digits)), f'{grouping}.{digits}f')}{suffix.rstrip(chr(34))}"


def main(path, number="1"):
    book = zipfile.ZipFile(path)
    styles = ElementTree.fromstring(book.read("xl/styles.xml"))
    codes = {f.get("numFmtId"): f.get("formatCode") for f in styles.iter(MAIN + "numFmt")}
    codes |= {"0": "General", "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00"}
    formats = [codes[xf.get("numFmtId")] for xf in styles.find(MAIN + "cellXfs")]
    sheet = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    for row in sheet.iter(MAIN + "row"):
        cells = {}
        for cell in row:
            column = "".join(letter for letter in cell.get("r") if letter.isalpha())
            if cell.get("t") == "inlineStr":
                text = "".join(t.text or "" for t in cell.iter(MAIN + "t"))
            elif cell.get("t") == "b":
                text = "true" if cell.find(MAIN + "v").text == "1" else "false"
            else:
                text = shown(cell.find(MAIN + "v").text, formats[int(cell.get("s", "0"))])
            cells[ord(column) - ord("A")] = text
        width = max(cells) + 1
        print("\t".join(cells.get(i, "NULL") for i in range(width)))


main(*sys.argv[1:])
