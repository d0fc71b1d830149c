"""Whether the process of a page can be forked, so that there are two of it which share nothing."""

from __future__ import annotations

import os
import socket
import stat
import threading

FOLDERS = ("/proc/self/fd", "/dev/fd")
TASKS = "/proc/self/task"


class Forks:
    """The forks of this process; each is ended by whoever asked for it."""

    def __init__(self) -> None:
        self._ours = _shared()  # what every page has
        self._processes: list[int] = []

    def add(self, process: int) -> None:
        """There is one more."""
        self._processes.append(process)

    def are_safe(self) -> bool:
        """Whether there is one thread, no process of the page's, and nothing open that has a place.

        A fork has one thread only. A file, a pipe or a connection would be the same for both.
        """
        while self._processes:
            os.waitpid(self._processes.pop(), 0)
        return _threads() == 1 and not _has_children() and _shared() <= self._ours


def _threads() -> int:
    if os.path.isdir(TASKS):  # knows those too that Python did not start
        return len(os.listdir(TASKS))
    return threading.active_count()


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _shared() -> set[int]:
    """The descriptors of files, pipes and connections that are open."""
    folder = next(folder for folder in FOLDERS if os.path.isdir(folder))
    found = set()
    for name in os.listdir(folder):
        try:
            mode = os.fstat(int(name)).st_mode
            if stat.S_ISREG(mode) or stat.S_ISFIFO(mode) or _is_outward(int(name), mode):
                found.add(int(name))
        except OSError:  # the descriptor with which the folder was read
            continue
    return found


def _is_outward(descriptor: int, mode: int) -> bool:
    """Whether it is a connection to elsewhere, and not one that an event loop has to itself."""
    if not stat.S_ISSOCK(mode):
        return False
    with socket.socket(fileno=os.dup(descriptor)) as connection:
        return connection.family != socket.AF_UNIX
