"""``jingfa run`` and its children: none is left behind, whatever happens to it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from api.commands.run import FolderInUse, alone

PARENT = """
import sys, time
from api.commands.supervising import Child
child = Child("sleeper", [sys.executable, "-c", "import signal; print(1, flush=True); signal.pause()"], {})
child.start()
print(child.process.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's word is Linux' own")
def test_a_killed_supervisor_leaves_no_child_behind() -> None:
    """
    After SIGKILL nobody asks the children to end but the kernel; else the port stays taken.
    """
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    said = {parent.stdout.readline().strip(), parent.stdout.readline().strip()}
    assert len(said) == 2

    parent.send_signal(signal.SIGKILL)
    parent.wait(60)

    # The pipe that the child has inherited ends with the last of them.
    assert parent.stdout.read() == ""
    parent.stdout.close()


def test_two_runs_on_one_data_folder_are_refused(tmp_path: Path) -> None:
    """
    The second says who has it; when the first is gone, the folder is free.
    """
    folder = tmp_path
    with alone(folder), pytest.raises(FolderInUse, match="JINGFA_DATA"), alone(folder):
        pass
    with alone(folder):
        assert (folder / "run.lock").exists()
