"""Traces of generating programs …"""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marking.verification.generators.metadata import Metadata, read_metadata
from marking.verification.generators.traces import KEYWORD_TRACES, Traces, find_traces
from tests.marking.verification.containers import exif, xmp
from tests.marking.verification.generated_files import DECLARED, GENERATED, OTHERS, SECRET, UUID


@pytest.mark.parametrize("name", GENERATED)
def test_they_are_found_in_the_files_of_a_program(name: str) -> None:
    data, family = GENERATED[name]
    traces = find_traces(read_metadata(data))

    assert traces
    assert family in traces.families
    assert traces.places


@pytest.mark.parametrize("name", DECLARED)
def test_the_iptc_source_type_counts_when_it_says_generated(name: str) -> None:
    data, term = DECLARED[name]

    assert find_traces(read_metadata(data)) == Traces((), ("xmp:DigitalSourceType",), term)


@pytest.mark.parametrize("name", OTHERS)
def test_there_are_none_in_the_files_of_cameras_editors_and_people(name: str) -> None:
    assert find_traces(read_metadata(OTHERS[name])) == Traces((), (), "")


@pytest.mark.parametrize("name", GENERATED)
def test_they_never_tell_what_a_program_was_asked_for(name: str) -> None:
    said = str(dataclasses.asdict(find_traces(read_metadata(GENERATED[name][0]))))

    assert not any(word in said for word in ("Jane", SECRET, "4242", UUID, "hands", "v1-5", "juggernaut"))


@pytest.mark.parametrize(
    ("name", "families", "places"),
    [
        ("ComfyUI, PNG", ("ComfyUI",), ("png:prompt", "png:workflow")),
        ("ComfyUI, WebP make and model", ("ComfyUI",), ("exif:Make", "exif:Model")),
        ("NovelAI, alpha", ("Stable Diffusion",), ("pixels:alpha",)),
        ("web UI, JPEG comment", ("Stable Diffusion web UI",), ("comment",)),
        ("Imagen, JPEG IPTC", ("Google AI",), ("iptc:Credit",)),
        ("Galaxy AI, JPEG", ("Galaxy AI",), ("samsung:SEF",)),
        ("Gemini, PNG", ("Google AI",), ("xmp:Credit", "xmp:DigitalSourceType")),
    ],
)
def test_they_say_where_they_stand(name: str, families: tuple[str, ...], places: tuple[str, ...]) -> None:
    traces = find_traces(read_metadata(GENERATED[name][0]))

    assert (traces.families, traces.places) == (families, places)


@pytest.mark.parametrize(
    "tiff",
    [b"", b"nonsense", b"II*\0\xff\xff\xff\xff", exif({0x0131: b"Camera 1.0"}), exif({0x0131: b"x"})[:14]],
)
def test_other_and_damaged_exif_is_no_trace(tiff: bytes) -> None:
    assert not find_traces(Metadata(exif=(tiff,)))


def test_a_disclosure_counts_without_a_name_that_is_known() -> None:
    traces = find_traces(Metadata(xmp=(xmp(f'Iptc4xmpExt:AIPromptInformation="{SECRET}"'),)))

    assert traces == Traces((), ("xmp:AIPromptInformation",), "")
    assert find_traces(Metadata(xmp=(xmp(f'Iptc4xmpExt:AISystemUsed="{SECRET}"'),))).families == ()


def test_a_source_type_in_iptc_counts() -> None:
    block = (
        b"\x1c\x02\x28"
        + len(b"digsrctype:trainedAlgorithmicMedia").to_bytes(2, "big")
        + b"digsrctype:trainedAlgorithmicMedia"
    )

    assert find_traces(Metadata(iptc=(block,))) == Traces((), ("iptc:SpecialInstructions",), "")


def test_the_table_names_no_habit_twice() -> None:
    assert len({(trace.keyword, trace.pattern.pattern) for trace in KEYWORD_TRACES}) == len(KEYWORD_TRACES)


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=200),
    st.binary(max_size=120),
    st.sampled_from(["parameters", "prompt", "Dream", "Software"]),
)
def test_they_are_looked_for_in_any_words_without_raising(text: str, block: bytes, keyword: str) -> None:
    metadata = Metadata(
        texts=((keyword, text),),
        xmp=(xmp(f"xmp:CreatorTool='{text}'"), block),
        exif=(b"II*\0\x08\0\0\0" + block,),
        iptc=(b"\x1c\x02" + block,),
        comments=(text,),
        appended=(("PhotoEditor_Re_Edit_Data", block),),
    )

    assert isinstance(find_traces(metadata), Traces)
