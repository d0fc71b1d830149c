"""Processes that end when their parent does, whatever way that ends."""

import ctypes
import os
import shutil
import signal
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, files
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

FORK = get_context("fork")  # the app need not be importable to be served
PR_SET_PDEATHSIG = 1


def spawn(run: Callable[[], object]) -> BaseProcess:
    """A child that runs this, killed by the kernel if its parent dies."""
    parent = os.getpid()

    def child() -> None:
        os.setpgrp()  # so that Ctrl-C reaches the parent alone
        ends = signal.SIGINT, signal.SIGTERM
        for number in ends:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ends)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:
            run()

    process = FORK.Process(target=child, daemon=True)
    with warnings.catch_warnings():  # the child uses none of our threads
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    return process


def answered(
    process: BaseProcess,
    ask: Callable[[], object],
    not_yet: type[Exception],
    within: float,
) -> None:
    """Ask until there is an answer; with none, end it and say why not."""
    deadline = time.monotonic() + within
    while True:
        try:
            ask()
            return
        except not_yet:
            if time.monotonic() > deadline or not process.is_alive():
                stop(process)
                raise
            time.sleep(0.005)


def program(name: str, wheel: str) -> str:
    """The path of a program, that of the wheel first; FileNotFoundError."""
    places = [name]
    with suppress(PackageNotFoundError):
        brought = (file for file in files(wheel) or () if file.name == name)
        places[:0] = [str(file.locate()) for file in brought]
    for place in places:
        if found := shutil.which(place):
            return found
    raise FileNotFoundError(f"{name} is missing: pip install {wheel}")


def stop(*processes: BaseProcess, within: float = 10) -> None:
    """SIGTERM to all, and SIGKILL to who is there after so many seconds."""
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(within)
        process.kill()
        process.join()
