"""Traces of generating programs …"""

from __future__ import annotations

import dataclasses

import pytest
from PIL import Image

from marking.verification.generators import KEYWORD_TRACES, PROGRAM_NAMES, find_traces
from marking.verification.metadata import Metadata
from tests.marking.verification.containers import xmp

SECRET = "a portrait of Jane Doe"
PARAMETERS = f"{SECRET}\nNegative prompt: hands\nSteps: 20, Sampler: Euler a, Seed: 7"


def exif_with(software: str) -> bytes:
    exif = Image.Exif()
    exif[0x0131] = software
    return exif.tobytes().removeprefix(b"Exif\0\0")


@pytest.mark.parametrize(
    ("keyword", "text", "family"),
    [
        ("parameters", PARAMETERS, "Stable Diffusion web UI"),
        ("prompt", '{"3": {"class_type": "KSampler"}}', "ComfyUI"),
        ("workflow", '{"nodes": []}', "ComfyUI"),
        ("invokeai_metadata", "{}", "InvokeAI"),
        ("Software", "NovelAI", "NovelAI"),
    ],
)
def test_they_are_found_in_png_texts(keyword: str, text: str, family: str) -> None:
    traces = find_traces(Metadata(texts=((keyword, text),)))
    assert (traces.families, traces.places) == ((family,), ("png:text",))


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("parameters", "iso=100"), ("prompt", "Say cheese"), ("workflow", "print"), ("Software", "GIMP"),
        ("Comment", "Midjourney"),
    ],
)  # fmt: skip
def test_a_keyword_alone_is_no_trace(keyword: str, text: str) -> None:
    assert not find_traces(Metadata(texts=((keyword, text),)))


def test_they_are_found_in_the_exif_software() -> None:
    traces = find_traces(Metadata(exif=(exif_with("Adobe Firefly 3"),)))
    assert (traces.families, traces.places) == (("Adobe Firefly",), ("exif:Software",))


@pytest.mark.parametrize(
    "tiff", [b"", b"nonsense", b"II*\0\xff\xff\xff\xff", exif_with("Camera 1.0"), exif_with("x")[:14]]
)
def test_other_and_damaged_exif_is_no_trace(tiff: bytes) -> None:
    assert not find_traces(Metadata(exif=(tiff,)))


@pytest.mark.parametrize(
    "packet",
    [
        xmp(attributes='xmp:CreatorTool="Midjourney 7"'),
        xmp(attributes="xmp:CreatorTool = 'midjourney'"),
        xmp(elements="<xmp:CreatorTool>Midjourney</xmp:CreatorTool>"),
    ],
)
def test_they_are_found_in_the_creator_tool(packet: bytes) -> None:
    traces = find_traces(Metadata(xmp=(packet,)))
    assert (traces.families, traces.places) == (("Midjourney",), ("xmp:CreatorTool",))


def test_another_creator_tool_is_no_trace() -> None:
    assert not find_traces(Metadata(xmp=(xmp(attributes='xmp:CreatorTool="Adobe Photoshop 27"'),)))


@pytest.mark.parametrize(
    ("term", "reported"),
    [
        ("trainedAlgorithmicMedia", "trainedAlgorithmicMedia"),
        ("compositeWithTrainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"),
        ("digitalCapture", ""),
    ],
)
def test_the_iptc_source_type_counts_when_it_says_generated(term: str, reported: str) -> None:
    value = f"http://cv.iptc.org/newscodes/digitalsourcetype/{term}"
    traces = find_traces(Metadata(xmp=(xmp(elements=f"<a:DigitalSourceType>{value}</a:DigitalSourceType>"),)))
    assert traces.source_type == reported
    assert bool(traces) == bool(reported)


def test_they_never_tell_what_a_program_was_asked_for() -> None:
    metadata = Metadata(
        texts=(("parameters", PARAMETERS), ("prompt", f'{{"class_type": "{SECRET}"}}')),
        exif=(exif_with(f"Midjourney {SECRET}"),),
        xmp=(xmp(attributes=f'xmp:CreatorTool="ComfyUI {SECRET}"'),),
    )
    assert "Jane" not in str(dataclasses.asdict(find_traces(metadata)))


def test_the_table_names_families_once_per_habit() -> None:
    assert len({trace.keyword for trace in KEYWORD_TRACES}) == len(KEYWORD_TRACES)
    assert all(name == name.casefold() for name in PROGRAM_NAMES)
