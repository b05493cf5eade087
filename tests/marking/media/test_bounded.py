"""Work in a throw-away process: results, failures, limits, deaths on either side."""

import errno
import multiprocessing
import operator
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import Pipe
from pathlib import Path

import billiard
import cv2
import numpy as np
import pytest

from marking.media import (
    BoundedError,
    Child,
    Crashed,
    Limits,
    OutOfMemory,
    OutOfTime,
    Refused,
    bounded,
    open_picture,
    run_bounded,
)
from marking.media.zygote import perform
from tests.marking.media import bounded_jobs
from tests.marking.media.picture_files import colours, saved

ROOT = Path(__file__).parents[3]
run = partial(run_bounded, seconds=20, memory_bytes=256 * 2**20)


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(500):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen within 5 seconds")


def is_running(pid: int) -> bool:
    """Whether a process exists and is no zombie (proc(5), stat: third field)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_it_returns_what_the_function_returns():
    assert run(operator.add, 2, 3) == 5
    np.testing.assert_array_equal(run(bounded_jobs.add_up, np.ones((4, 5))), np.full(5, 4.0))


def test_it_decodes_a_picture(tmp_path):
    path = tmp_path / "picture"
    path.write_bytes(saved(colours(), "PNG"))
    picture = run(open_picture, path, Limits())
    np.testing.assert_array_equal(picture.rgb, colours())


@pytest.mark.parametrize(
    "content",
    [
        saved(np.dstack([colours(900, 1200), colours(900, 1200)[..., 0]]), "WEBP"),
        saved(colours(900, 1200), "JPEG", progressive=True),
        saved(colours(900, 1200), "PNG"),
    ],
    ids=["webp", "progressive jpeg", "png"],
)
def test_it_decodes_any_format_in_the_memory_that_the_limits_name(tmp_path, content):
    path = tmp_path / "picture"
    path.write_bytes(content)
    limits = Limits(pixels=900 * 1200, bytes=len(content))
    assert run(open_picture, path, limits, memory_bytes=limits.decoding_bytes).rgb.shape == (900, 1200, 3)


def test_it_uses_a_new_limited_single_threaded_process_for_each_call():
    first, second = run(bounded_jobs.process_facts), run(bounded_jobs.process_facts)
    assert len({first["pid"], second["pid"], os.getpid()}) == 3
    assert first == {"pid": first["pid"], "core": (0, 0), "cpu": 21, "cv2_threads": 1, "threads": 1}


def test_it_prepares_once_in_the_warm_process_what_every_child_needs():
    for _ in range(2):
        parent, prepared_in = run(bounded_jobs.prepared_in)
        assert prepared_in == [parent]


def test_it_gives_the_child_a_heap_that_keeps_what_it_has():
    assert run(bounded_jobs.variable, "MALLOC_MMAP_THRESHOLD_") == str(32 << 20)


def test_it_passes_reports_on_in_order():
    heard: list[str] = []
    assert run(bounded_jobs.narrate, "open", "mark", on_progress=heard.append) == 2
    assert heard == ["open", "mark"]


def test_it_ends_the_child_when_a_listener_fails():
    def listener(text: str) -> None:
        raise LookupError(text)

    with pytest.raises(LookupError, match="open"):
        run(bounded_jobs.narrate, "open", "mark", on_progress=listener)
    assert run(operator.add, 1, 1) == 2


def test_it_raises_a_refusal_as_itself():
    with pytest.raises(Refused) as caught:
        run(bounded_jobs.refuse)
    assert (caught.value.code, caught.value.details) == ("animated", {"frames": 3})
    assert "3 frames" in str(caught.value)


@pytest.mark.parametrize("kind", [ValueError, EOFError, BrokenPipeError, KeyError])
def test_it_raises_what_the_function_raised_and_shows_where(kind):
    with pytest.raises(kind, match="what") as caught:
        run(bounded_jobs.fail_with, kind, "what")
    assert "in fail_with" in caught.value.__notes__[0]


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (bounded_jobs.fail_unrebuildable, "Unrebuildable: 4 of them"),
        (bounded_jobs.fail_with_a_private_class, "Private: secret"),
    ],
)
def test_it_describes_an_exception_that_cannot_travel(function, message):
    with pytest.raises(Crashed, match=message):
        run(function)


def test_it_raises_when_the_result_cannot_travel():
    with pytest.raises(TypeError, match="lock"):
        run(bounded_jobs.unpicklable)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_it_names_the_signal_that_ended_the_child(number):
    with pytest.raises(Crashed, match=rf"signal {int(number)} \({signal.strsignal(number)}\)"):
        run(bounded_jobs.die_by, number)


def test_it_gives_the_exit_code_of_a_child_that_left():
    with pytest.raises(Crashed, match="exit code 7"):
        run(bounded_jobs.leave, 7)
    with pytest.raises(Crashed, match="exit code 1"):
        run(bounded_jobs.exit_politely)


@pytest.mark.parametrize(
    ("function", "size"), [(bounded_jobs.fill, 10**9), (bounded_jobs.fill_in_opencv, 20_000)]
)
def test_it_reports_too_little_memory(function, size):
    with pytest.raises(OutOfMemory, match="More than 268435456 bytes"):
        run(function, size)


def test_it_knows_a_library_that_found_no_room():
    reason = "/lib/some.so: failed to map segment from shared object"
    with pytest.raises(OutOfMemory):
        run_bounded(bounded_jobs.fail_with, ImportError, reason, seconds=20, memory_bytes=1 << 28)
    with pytest.raises(ImportError, match="no such name"):
        run_bounded(bounded_jobs.fail_with, ImportError, "no such name", seconds=20, memory_bytes=1 << 28)


def test_it_counts_memory_on_top_of_what_is_mapped_already():
    assert run(bounded_jobs.fill, 2 * 10**7, memory_bytes=64 * 2**20) == 2 * 10**7
    with pytest.raises(OutOfMemory):
        run(bounded_jobs.fill, 10**8, memory_bytes=64 * 2**20)


@pytest.mark.parametrize(("function", "args"), [(time.sleep, (60,)), (bounded_jobs.spin, ())])
def test_it_stops_a_child_whose_time_is_up(function, args):
    with pytest.raises(OutOfTime, match=r"after 0\.2 seconds"):
        run(function, *args, seconds=0.2)


def test_it_reports_spent_processor_time_as_time():
    with pytest.raises(OutOfTime):
        run(bounded_jobs.die_by, signal.SIGXCPU)


def test_it_has_one_family_of_errors():
    assert all(issubclass(kind, BoundedError) for kind in (OutOfTime, OutOfMemory, Crashed))


def test_a_child_does_one_job_after_another_and_keeps_what_they_are_about():
    modules = (bounded_jobs.__name__,)
    with Child(([],), modules, seconds=20, memory_bytes=256 * 2**20) as child:
        assert child.call(bounded_jobs.note, "one") == ["one"]
        with pytest.raises(Refused):
            child.call(bounded_jobs.refuse_about)
        heard: list[str] = []
        assert child.call(bounded_jobs.note_aloud, "two", on_progress=heard.append) == ["one", "two"]
        assert heard == ["two"]
        pid = child.call(bounded_jobs.pid_about)
        assert is_running(pid)
    wait_until(lambda: not is_running(pid))


def test_a_child_is_given_its_time_for_each_job_and_for_all():
    modules = (bounded_jobs.__name__,)
    late = pytest.raises(OutOfTime, match=r"after 0\.2 seconds")
    with Child((60,), modules, seconds=20, memory_bytes=256 * 2**20) as child, late:
        child.call(time.sleep, seconds=0.2)
    with Child((60,), modules, seconds=0.3, memory_bytes=256 * 2**20) as child:
        with pytest.raises(OutOfTime, match=r"after 0\.3 seconds"):
            child.call(time.sleep, seconds=20)
        with pytest.raises(BoundedError):
            child.call(time.sleep)


def from_the_main_script() -> None:
    raise AssertionError("never called")


from_the_main_script.__module__ = "__main__"


@pytest.mark.parametrize("function", [lambda: 1, from_the_main_script], ids=["lambda", "main script"])
def test_it_refuses_a_function_no_other_process_can_find(function):
    with pytest.raises(ValueError, match=r"at the top level of an importable module, found \S+"):
        run(function)


def test_it_serves_many_threads_at_once():
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda n: run(operator.mul, n, n), range(18))) == [n * n for n in range(18)]


def test_it_starts_again_after_its_warm_process_was_killed():
    assert run(operator.add, 1, 1) == 2
    warm = bounded._running_zygote().process
    os.kill(warm.pid, signal.SIGKILL)
    warm.wait()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda n: run(operator.add, n, n), range(8))) == [n + n for n in range(8)]


def test_it_notices_when_its_warm_process_dies_during_the_work(tmp_path):
    pid_file = tmp_path / "pid"

    def kill_the_warm_process() -> None:
        wait_until(lambda: pid_file.exists() and pid_file.read_text() != "")
        os.kill(bounded._running_zygote().process.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill_the_warm_process)
    assert run(operator.add, 1, 1) == 2
    killer.start()
    with pytest.raises(Crashed, match="ended before the work was done"):
        run(bounded_jobs.write_pid_and_sleep, pid_file)
    killer.join()
    wait_until(lambda: not is_running(int(pid_file.read_text())))


def run_in_worker(answer) -> None:
    answer.send((run(operator.add, 20, 22), multiprocessing.process.current_process().daemon))


@pytest.mark.parametrize("library", [multiprocessing.get_context("fork"), billiard.get_context("fork")])
def test_it_works_in_a_daemonic_worker_as_celerys_are(library):
    assert run(operator.add, 1, 1) == 2
    ours, theirs = Pipe()
    worker = library.Process(target=run_in_worker, args=(theirs,), daemon=True)
    worker.start()
    assert ours.poll(20)
    assert ours.recv() == (42, True)
    worker.join()
    assert run(operator.add, 1, 1) == 2


SCRIPT = """
    import sys
    from pathlib import Path
    with open("effects", "a") as effects:
        effects.write("x")
    from marking.media import run_bounded
    from tests.marking.media.bounded_jobs import process_facts, write_pid_and_sleep
    limits = {"seconds": 60, "memory_bytes": 2**28}
    if sys.argv[1] == "facts":
        print(run_bounded(process_facts, **limits)["pid"] > 0)
    else:
        run_bounded(write_pid_and_sleep, Path("pid"), **limits)
"""


def start_script(folder: Path, task: str) -> subprocess.Popen[str]:
    (folder / "script.py").write_text(textwrap.dedent(SCRIPT))
    return subprocess.Popen(
        [sys.executable, "script.py", task],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_it_never_runs_the_main_script_again(tmp_path):
    script = start_script(tmp_path, "facts")
    assert script.communicate() == ("True\n", None)
    assert script.returncode == 0
    assert (tmp_path / "effects").read_text() == "x"


def test_it_leaves_no_child_behind_when_the_caller_is_killed(tmp_path):
    script = start_script(tmp_path, "sleep")
    pid_file = tmp_path / "pid"
    with script:
        wait_until(lambda: pid_file.exists() and pid_file.read_text() != "")
        child = int(pid_file.read_text())
        warm = int(Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[1])
        assert is_running(child)
        script.kill()
    wait_until(lambda: not is_running(child))
    wait_until(lambda: not is_running(warm))


def conversation(*job: object) -> list[object]:
    """Perform a job in this process, and give what is sent about it."""
    ours, theirs = Pipe()
    with ours:
        with theirs:
            ours.send(job)
            perform(theirs)
        heard = []
        while ours.poll():
            try:
                heard.append(ours.recv())
            except EOFError:
                break
        return heard


def test_it_sends_progress_then_the_result():
    assert conversation(bounded_jobs.narrate, ("a",), True) == [("progress", "a"), ("result", 1)]


def test_it_sends_a_failure_in_place_of_a_result():
    [(kind, error)] = conversation(bounded_jobs.fail_with, (ValueError, "x"), False)
    assert (kind, repr(error)) == ("error", "ValueError('x')")
    [(kind, error)] = conversation(bounded_jobs.fail_with, (cv2.error, "x"), False)
    assert kind == "error"
    [(kind, error)] = conversation(bounded_jobs.fail_unrebuildable, (), False)
    assert (kind, str(error)) == ("error", "Unrebuildable: 4 of them")


def test_it_tells_a_lack_of_memory_from_other_failures():
    assert conversation(bounded_jobs.fail_with, (MemoryError,), False) == [("memory", "MemoryError")]
    [(kind, _)] = conversation(bounded_jobs.fail_with, (OSError, errno.ENOMEM, "no memory"), False)
    assert kind == "memory"
    [(kind, _)] = conversation(bounded_jobs.fail_with, (OSError, errno.EIO, "disk"), False)
    assert kind == "error"
