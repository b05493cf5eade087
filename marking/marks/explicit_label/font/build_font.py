"""Build the label font: a renamed subset of Noto Sans CJK SC (needs fontTools; not used at run time).

    python build_font.py <NotoSansCJK-Regular.ttc> YinjiLabelSans-Regular.otf

The subset holds GB 2312 (7,445 characters), printable ASCII and the Latin middle dot. Layout tables are
dropped because labels are set with Pillow's basic layout, hints so that the letters scale alike at every size.
The family is renamed because a modified font must not pass for the original. The licence of the result is the
SIL Open Font License 1.1 (``OFL.txt``).
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

SOURCE_NAME = "Noto Sans CJK SC"
FAMILY = "Yinji Label Sans"
POSTSCRIPT_NAME = "YinjiLabelSans-Regular"
DROPPED_TABLES = ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx", "DSIG"]

# Name table identifiers (OpenType 1.9, "name").
COPYRIGHT, FAMILY_ID, STYLE, UNIQUE, FULL, VERSION, POSTSCRIPT, LICENCE, LICENCE_URL = (
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    13,
    14,
)


def gb2312_characters() -> set[str]:
    """Return every character of GB 2312-1980, as its codec decodes the 94 x 94 plane."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xFF) for cell in range(0xA1, 0xFF))
    return {character for pair in pairs for character in pair.decode("gb2312", errors="ignore")}


def label_characters() -> set[str]:
    """Return what a label may hold: GB 2312, printable ASCII and U+00B7."""
    return gb2312_characters() | {chr(code) for code in range(0x20, 0x7F)} | {"\u00b7"}


def regular_face(collection_path: Path) -> TTFont:
    """Return the Simplified Chinese face of a Noto Sans CJK collection."""
    collection = TTCollection(collection_path)
    for font in collection.fonts:
        if font["name"].getDebugName(FAMILY_ID) == SOURCE_NAME:
            return font
    raise ValueError(f"{collection_path} holds no face of the family {SOURCE_NAME!r}")


def rename(font: TTFont) -> None:
    """Give ``font`` our family name; keep the copyright and licence statements of the original."""
    names = font["name"]
    kept = {number: names.getDebugName(number) for number in (COPYRIGHT, VERSION, LICENCE, LICENCE_URL)}
    names.names = []
    ours = {
        FAMILY_ID: FAMILY,
        STYLE: "Regular",
        UNIQUE: f"{POSTSCRIPT_NAME};subset of {SOURCE_NAME}",
        FULL: FAMILY,
        POSTSCRIPT: POSTSCRIPT_NAME,
    }
    for number, text in sorted((kept | ours).items()):
        names.setName(text, number, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = [POSTSCRIPT_NAME]
    top.topDictIndex[0].FamilyName = FAMILY
    top.topDictIndex[0].FullName = FAMILY


def build(collection_path: Path, output_path: Path) -> int:
    """Write the subset to ``output_path`` and return its size in bytes."""
    font = regular_face(collection_path)
    options = subset.Options()
    options.layout_features = []
    options.drop_tables += DROPPED_TABLES
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.hinting = False
    options.recalc_timestamp = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in label_characters()])
    subsetter.subset(font)
    rename(font)
    font.recalcTimestamp = False
    font.save(output_path)
    return output_path.stat().st_size


if __name__ == "__main__":
    sys.stdout.write(f"{build(Path(sys.argv[1]), Path(sys.argv[2]))} bytes\n")
