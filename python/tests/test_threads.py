"""The GIL is released, Ctrl-C is heard, and forked processes work."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time

import coldaisle
import pytest

# Ten years of minutes: minutes of work in any build.
LONG = {"run.days": 3650, "run.step_s": 60, "run.start": "2025-01-01", "event": []}


def test_runs_of_two_threads_overlap(hall, tmp_path):
    """With the GIL held, nothing would go on before the end of the long run, minutes later."""
    program = (
        "import coldaisle, os, threading, time\n"
        f"hall, long = {str(hall)!r}, {LONG!r}\n"
        "thread = threading.Thread(target=coldaisle.run, args=(hall, long), kwargs={'tables': ()})\n"
        "thread.start()\n"
        "time.sleep(0.5)  # the long run has begun\n"
        "coldaisle.run(hall, tables=())\n"
        "print('overlapped' if thread.is_alive() else 'one after the other', flush=True)\n"
        "os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=tmp_path, timeout=120
    )
    assert done.stdout == "overlapped\n"


@pytest.mark.parametrize(
    "call",
    [
        "coldaisle.run(hall, long, out=out)",
        "coldaisle.run(hall, long)",
        "coldaisle.run(hall, long, tables=())",
        "coldaisle.compare([hall, hall], long)",
    ],
)
def test_ctrl_c_ends_a_run(hall, tmp_path, call):
    """A run of minutes ends with KeyboardInterrupt, and leaves nothing."""
    out, temporary = tmp_path / "out", tmp_path / "temporary"
    temporary.mkdir()
    program = (
        "import coldaisle, signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"hall, out, long = {str(hall)!r}, {str(out)!r}, {LONG!r}\n"
        "print('begins', flush=True)\n"
        f"try:\n    {call}\n    print('ended')\n"
        "except KeyboardInterrupt:\n    print('interrupted', flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    assert process.stdout.readline() == "begins\n"
    time.sleep(1)  # well within the run
    pressed = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[0] == "interrupted\n"
    print(f"Ctrl-C was heard within {time.monotonic() - pressed:.2f} s")
    assert process.returncode == 0
    assert not out.exists()
    assert list(tmp_path.iterdir()) == [temporary] and list(temporary.iterdir()) == []


def _compared(hall):
    return coldaisle.compare([hall, hall], {"event": []})


def test_a_forked_process_has_threads_of_its_own(hall):
    here = _compared(hall)
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply_async(_compared, (hall,)).get(timeout=120) == here
