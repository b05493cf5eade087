"""A file in quarantine …"""

from __future__ import annotations

from pathlib import Path

import pytest

from marking.media import Crashed, Limits, OutOfMemory, OutOfTime
from marking.verification.collecting.quarantine import Quarantine
from marking.verification.collecting.specimen import Specimen
from tests.conftest import photograph
from tests.marking.verification import deadly
from tests.marking.verification.marked_files import png_of


@pytest.fixture
def specimen(tmp_path: Path) -> Specimen:
    (tmp_path / "upload").write_bytes(png_of(photograph(90, 120)))
    return Specimen(tmp_path / "upload", Limits(), (b"some key",))


def test_is_decoded_once_for_all_that_is_asked_of_it(specimen: Specimen) -> None:
    with Quarantine(specimen) as quarantine:
        first = quarantine.call(deadly.decodes, seconds=20)
        specimen.path.write_bytes(b"")
        assert quarantine.call(deadly.decodes, seconds=20) == first
    assert first[1] == (90, 120, 3)


def test_is_examined_by_another_process_where_one_died(specimen: Specimen) -> None:
    with Quarantine(specimen) as quarantine:
        with pytest.raises(Crashed):
            quarantine.call(deadly.crashes, seconds=20)
        assert quarantine.call(deadly.decodes, seconds=20)[1] == (90, 120, 3)


def test_is_examined_again_where_earlier_work_may_have_killed_the_process(
    specimen: Specimen, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    with Quarantine(specimen) as quarantine:
        quarantine.call(deadly.decodes, seconds=20)
        assert quarantine.call(deadly.crashes_once, trace, seconds=20) == "done"
        with pytest.raises(Crashed):
            quarantine.call(deadly.crashes, seconds=20)


def test_is_not_waited_for_twice(specimen: Specimen) -> None:
    with Quarantine(specimen) as quarantine:
        quarantine.call(deadly.decodes, seconds=20)
        with pytest.raises(OutOfTime):
            quarantine.call(deadly.hangs, seconds=0.2)
        assert quarantine.call(deadly.decodes, seconds=20)[1] == (90, 120, 3)


def test_has_no_more_memory_than_it_is_given(specimen: Specimen) -> None:
    with Quarantine(specimen, memory_bytes=1 << 26) as quarantine, pytest.raises(OutOfMemory):
        quarantine.call(deadly.fills, seconds=20)
