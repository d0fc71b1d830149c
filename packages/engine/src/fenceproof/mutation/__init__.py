"""The mutation proof: each promise of a site is broken, one at a time, and somebody must notice.

Every block is made to fail and every output to be another. Data is changed in a value, a key and a
type; code, on pages and in the programs that they run, by a table of operators. Each mutant runs
in memory, in a process and a folder of its own.
"""

from fenceproof.mutation.command import arguments, command
from fenceproof.mutation.mutants import Kind, Mutant, of_page, of_program
from fenceproof.mutation.operators import OPERATORS, Edit, edits

__all__ = [
    "OPERATORS",
    "Edit",
    "Kind",
    "Mutant",
    "arguments",
    "command",
    "edits",
    "of_page",
    "of_program",
]
