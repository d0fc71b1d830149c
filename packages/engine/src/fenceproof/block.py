"""A block: a program of a page with its output and its error, as one thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fenceproof.fence import PYTHON, SESSION, SHELL, Fence, Role


@dataclass(frozen=True)
class Block:
    """A program that the page runs, and what the page shows that it prints and raises."""

    program: Fence
    output: Fence | None = None
    error: Fence | None = None

    @property
    def fences(self) -> list[Fence]:
        """The fences of the block, from the top down."""
        return [fence for fence in (self.program, self.output, self.error) if fence]

    @property
    def is_python(self) -> bool:
        """Whether it is Python, and not a session or a console."""
        return self.program.language in PYTHON

    @property
    def is_session(self) -> bool:
        """Whether it is a session with prompts, `>>>`."""
        return self.program.language in SESSION

    @property
    def is_reaching(self) -> bool:
        """Whether its lines are such as the run reaches or not."""
        return self.is_python or self.is_session

    @property
    def is_console(self) -> bool:
        """Whether it is commands after a `$`."""
        return self.program.language in SHELL

    @property
    def printed(self) -> str | None:
        """What the page shows that it prints; None where it shows nothing."""
        return self.output.source.text if self.output else None

    @property
    def raised(self) -> str | None:
        """What the page shows that it raises; None where it is to raise nothing."""
        return self.error.source.text if self.error else None


def blocks(fences: Iterable[Fence]) -> list[Block]:
    """The blocks of a page, given all its fences."""
    found: list[Block] = []
    for fence in fences:
        if fence.role is Role.EXECUTED:
            found.append(Block(fence))
        elif fence.role is Role.OUTPUT and found:
            found[-1] = Block(found[-1].program, fence, found[-1].error)
        elif fence.role is Role.ERROR and found:
            found[-1] = Block(found[-1].program, found[-1].output, fence)
    return found
