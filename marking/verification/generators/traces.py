"""Traces that generating programs leave in metadata: which program, never what it was asked for. Pure.

A trace is a habit of a program, not a label: anybody can write or remove it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from marking.marks.implicit_label.exif import Texts, read_texts
from marking.verification.generators.metadata import Metadata
from marking.verification.generators.photoshop import iptc_fields
from marking.verification.generators.programs import credit_family, is_denial, program_family
from marking.verification.generators.samsung import was_generated
from marking.verification.generators.shapes import description_family, is_grok_signature, text_family
from marking.verification.generators.source_types import saying_generated, source_type
from marking.verification.generators.xmp_properties import read_properties


@dataclass(frozen=True)
class KeywordTrace:
    """A PNG text keyword that one family of programs writes, and what its text must look like."""

    keyword: str
    pattern: re.Pattern[str]
    family: str


def _like(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_WORKFLOW = r'\s*\{(?=[\s\S]{0,65536}"nodes"\s*:)[\s\S]{0,65536}"(?:last_node_id|lastNodeId|class_type)"\s*:'
"""Others, n8n for one, keep graphs of nodes too; only ComfyUI's page counts them so."""

KEYWORD_TRACES = (
    # comfyanonymous/ComfyUI, nodes.py, SaveImage: the graph as JSON.
    KeywordTrace("prompt", _like(r'\s*\{[\s\S]{0,65536}"class_type"'), "ComfyUI"),
    KeywordTrace("workflow", _like(_WORKFLOW), "ComfyUI"),
    # invoke-ai/InvokeAI, image files service; the last two are of its first versions.
    KeywordTrace("invokeai_metadata", _like(r"\s*\{"), "InvokeAI"),
    KeywordTrace("invokeai_graph", _like(r"\s*\{"), "InvokeAI"),
    KeywordTrace("invokeai_workflow", _like(r"\s*\{"), "InvokeAI"),
    KeywordTrace("sd-metadata", _like(r"\s*\{"), "InvokeAI"),
    KeywordTrace("Dream", _like(r"[\s\S]{0,65536}\s-(?:[sWHSC]\s?\d|A\s?[a-z])"), "InvokeAI"),
    # lllyasviel/Fooocus, modules/private_logger.py.
    KeywordTrace("fooocus_scheme", _like(r"\s*(?:fooocus|a1111)\s*$"), "Fooocus"),
    # LykosAI/StabilityMatrix.
    KeywordTrace("smproj", _like(r"\s*\S"), "Stability Matrix"),
    KeywordTrace("parameters-json", _like(r"\s*\{"), "Stability Matrix"),
    KeywordTrace("generation_data", _like(r'\s*\{[\s\S]{0,65536}"(?:baseModel|prompt)"'), "Tensor.Art"),
    KeywordTrace("NMKDiffusion", _like(r"\s*\{"), "NMKD Stable Diffusion"),
    KeywordTrace("sui_image_params", _like(r"\s*\{"), "SwarmUI"),
    KeywordTrace("use_stable_diffusion_model", _like(r"\s*\S"), "Easy Diffusion"),
    # NovelAI; "AI generated image" in 2022.
    KeywordTrace("Title", _like(r"(?:NovelAI|AI) generated image\s*$"), "NovelAI"),
    KeywordTrace("Source", _like(r"NovelAI Diffusion "), "NovelAI"),
    KeywordTrace("Source", _like(r"Stable Diffusion(?: XL)? [0-9A-F]{8}\s*$"), "NovelAI"),
    KeywordTrace("Source", _like(r"Luma AI\s*$"), "Luma"),
)

NAME_KEYWORDS = frozenset({"software", "generator", "creatortool"})
SHAPED_KEYWORDS = frozenset(
    {
        "comment",
        "description",
        "generation_data",
        "metadata",
        "parameters",
        "prompt",
        "usercomment",
        "workflow",
    }
)
"""PNG keywords, in lower case, under which a name or a text of a known shape counts."""
NAME_FIELDS = frozenset({"Software", "Make", "Model"})
SHAPED_FIELDS = frozenset(
    {"ImageDescription", "Make", "Model", "Software", "UserComment", "XPTitle", "XPComment", "XPSubject"}
)
"""EXIF fields likewise: ComfyUI puts its graph where cameras put their makers."""
DESCRIPTIONS = frozenset({"description", "Description", "ImageDescription"})
"""PNG keyword (in lower case), XMP properties and EXIF field in which Midjourney describes its pictures."""
DISCLOSURES = frozenset({"AISystemUsed", "AISystemVersionUsed", "AIPromptInformation", "AIPromptWriterName"})
"""Properties that only a generated picture has (IPTC Photo Metadata Standard 2025.1)."""

Trace: TypeAlias = tuple[str, str]
"""A family of programs, empty if the trace names none, and the place of the trace."""


@dataclass(frozen=True)
class Traces:
    """Families of programs and the places of their traces, sorted; and the IPTC term, empty if none says so."""

    families: tuple[str, ...]
    places: tuple[str, ...]
    source_type: str

    def __bool__(self) -> bool:
        return bool(self.places)


def find_traces(metadata: Metadata) -> Traces:
    """Return what `metadata` gives away about the program that made the file."""
    found = {*_in_texts(metadata), *_in_exif(metadata), *_in_iptc(metadata), *_in_other_places(metadata)}
    properties = [each for packet in metadata.xmp for each in read_properties(packet)]
    for name, value in properties:
        found |= set(_in_property(name, value))
    terms = (
        source_type(line) for name, value in properties if _is_source_type(name) for line in value.split("\n")
    )
    term = saying_generated(terms)
    places = {place for _, place in found} | ({"xmp:DigitalSourceType"} if term else set())
    return Traces(tuple(sorted({family for family, _ in found} - {""})), tuple(sorted(places)), term)


def _in_texts(metadata: Metadata) -> Iterator[Trace]:
    for keyword, text in metadata.texts:
        for trace in KEYWORD_TRACES:
            if keyword == trace.keyword and trace.pattern.match(text):
                yield trace.family, f"png:{trace.keyword}"
        folded = keyword.casefold()
        if folded in SHAPED_KEYWORDS and (family := _shape_family(folded, text)):
            yield family, f"png:{folded}"
        if folded in NAME_KEYWORDS and (family := program_family(text)):
            yield family, f"png:{folded}"


def _in_exif(metadata: Metadata) -> Iterator[Trace]:
    for tiff in metadata.exif:
        texts = read_texts(tiff)
        yield from _in_exif_texts(texts)
        if is_grok_signature(texts.of("ImageDescription"), texts.of("Artist")):
            yield "Grok", "exif:ImageDescription"


def _in_exif_texts(texts: Texts) -> Iterator[Trace]:
    for field in texts.fields:
        if field.name in SHAPED_FIELDS and (family := _shape_family(field.name, field.text)):
            yield family, f"exif:{field.name}"
        if field.name in NAME_FIELDS and (family := program_family(field.text)):
            yield family, f"exif:{field.name}"


def _in_iptc(metadata: Metadata) -> Iterator[Trace]:
    for block in metadata.iptc:
        for name, value in iptc_fields(block):
            family = program_family(value) if name == "OriginatingProgram" else credit_family(value)
            if family or saying_generated((source_type(value),)):
                yield family, f"iptc:{name}"


def _in_other_places(metadata: Metadata) -> Iterator[Trace]:
    for comment in metadata.comments:
        if family := text_family(comment):
            yield family, "comment"
    if any(was_generated(name, block) for name, block in metadata.appended):
        yield "Galaxy AI", "samsung:SEF"
    if metadata.stealth_place:
        yield "Stable Diffusion", f"pixels:{metadata.stealth_place}"


def _in_property(name: str, value: str) -> Iterator[Trace]:
    """Yield what one XMP property gives away. Its name is one of `xmp_properties.NAMES`."""
    if name in DISCLOSURES:
        if not is_denial(value):
            yield (program_family(value) if name == "AISystemUsed" else ""), f"xmp:{name}"
    elif name in ("CreatorTool", "Software", "softwareAgent"):
        if family := program_family(value):
            yield family, f"xmp:{name}"
    elif name in ("Credit", "Instructions"):
        if family := credit_family(value):
            yield family, f"xmp:{name}"
    elif not _is_source_type(name) and (family := _shape_family(name, value)):
        yield family, f"xmp:{name}"


def _shape_family(name: str, text: str) -> str:
    return description_family(text) if name in DESCRIPTIONS else text_family(text)


def _is_source_type(name: str) -> bool:
    return name.casefold() == "digitalsourcetype"
