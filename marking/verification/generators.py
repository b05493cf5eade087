"""Traces that generating programs leave in metadata: which program, never what it was asked for. Pure.

A trace is a habit of a program, not a label: anybody can write or remove it.
"""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from marking.verification.metadata import Metadata

_SOFTWARE = 0x0131  # EXIF and TIFF 6.0: name of the program
_LONGEST_PROGRAM_NAME = 200


@dataclass(frozen=True)
class KeywordTrace:
    """A PNG text keyword that one family of programs writes, and what its text must contain ("" for anything)."""

    keyword: str
    contains: str
    family: str


KEYWORD_TRACES = (
    # AUTOMATIC1111/stable-diffusion-webui, modules/images.py: one text "prompt / Steps: …, Sampler: …".
    KeywordTrace("parameters", "Steps: ", "Stable Diffusion web UI"),
    # comfyanonymous/ComfyUI, nodes.py, SaveImage: the graph as JSON under both keywords.
    KeywordTrace("prompt", '"class_type"', "ComfyUI"),
    KeywordTrace("workflow", '"nodes"', "ComfyUI"),
    # invoke-ai/InvokeAI, image files service; the two others are of its first versions.
    KeywordTrace("invokeai_metadata", "", "InvokeAI"),
    KeywordTrace("sd-metadata", "", "InvokeAI"),
    KeywordTrace("Dream", "", "InvokeAI"),
    # lllyasviel/Fooocus, modules/private_logger.py.
    KeywordTrace("fooocus_scheme", "", "Fooocus"),
)

PROGRAM_NAMES = {
    "adobe firefly": "Adobe Firefly",
    "automatic1111": "Stable Diffusion web UI",
    "comfyui": "ComfyUI",
    "dall-e": "DALL·E",
    "dall·e": "DALL·E",
    "draw things": "Draw Things",
    "dreamstudio": "DreamStudio",
    "fooocus": "Fooocus",
    "invokeai": "InvokeAI",
    "midjourney": "Midjourney",
    "novelai": "NovelAI",
    "stable diffusion": "Stable Diffusion",
}
"""Names that programs give themselves in PNG ``Software``, EXIF ``Software`` or XMP ``CreatorTool``, lower case."""

GENERATED_SOURCE_TYPES = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")
"""Terms of the IPTC digital source type vocabulary (cv.iptc.org/newscodes/digitalsourcetype) that say "generated"."""

# XMP writes a simple property as an attribute or as an element (ISO 16684-1, 7.4 and 7.9.2.2).
_CREATOR_TOOL = re.compile(rb":CreatorTool\s{0,8}(?:=\s{0,8}[\"']|>)([^<\"']{1,200})")
_SOURCE_TYPE = re.compile(rb"cv\.iptc\.org/newscodes/digitalsourcetype/([A-Za-z]{1,64})")


@dataclass(frozen=True)
class Traces:
    """Families of programs and the places that name them, sorted; and the IPTC term, empty if none says so."""

    families: tuple[str, ...]
    places: tuple[str, ...]
    source_type: str

    def __bool__(self) -> bool:
        return bool(self.families or self.source_type)


def find_traces(metadata: Metadata) -> Traces:
    """Return what `metadata` gives away about the program that made the file."""
    found = {*_in_texts(metadata), *_in_exif(metadata), *_in_xmp(metadata)}
    source_type = _source_type(metadata)
    places = {place for _, place in found} | ({"xmp:DigitalSourceType"} if source_type else set())
    return Traces(tuple(sorted({family for family, _ in found})), tuple(sorted(places)), source_type)


def _in_texts(metadata: Metadata) -> Iterator[tuple[str, str]]:
    for keyword, text in metadata.texts:
        for trace in KEYWORD_TRACES:
            if keyword == trace.keyword and trace.contains in text:
                yield trace.family, "png:text"
        if keyword == "Software" and (family := _family(text)):
            yield family, "png:text"


def _in_exif(metadata: Metadata) -> Iterator[tuple[str, str]]:
    for tiff in metadata.exif:
        if family := _family(_software(tiff)):
            yield family, "exif:Software"


def _software(tiff: bytes) -> str:
    """Return the program's name in an EXIF block; empty if there is none or the block is damaged."""
    exif = Image.Exif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # Pillow's word on damage
            exif.load(tiff)
        return str(exif.get(_SOFTWARE, ""))
    except (SyntaxError, ValueError, LookupError, TypeError, OSError, struct.error):
        return ""


def _in_xmp(metadata: Metadata) -> Iterator[tuple[str, str]]:
    for packet in metadata.xmp:
        for match in _CREATOR_TOOL.finditer(packet):
            if family := _family(match[1].decode("utf-8", "replace")):
                yield family, "xmp:CreatorTool"


def _source_type(metadata: Metadata) -> str:
    terms = {match[1].decode() for packet in metadata.xmp for match in _SOURCE_TYPE.finditer(packet)}
    return next((term for term in GENERATED_SOURCE_TYPES if term in terms), "")


def _family(program: str) -> str:
    folded = program[:_LONGEST_PROGRAM_NAME].casefold()
    return next((family for name, family in PROGRAM_NAMES.items() if name in folded), "")
