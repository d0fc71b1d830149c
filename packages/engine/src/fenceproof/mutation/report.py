"""What is said of a proof: survivors, explanations that no longer apply, counts."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from fenceproof.mutation.mutants import Kind, Mutant
from fenceproof.mutation.proof import Outcome
from fenceproof.mutation.stage import Verdict
from fenceproof.mutation.survivors import Explanation, Key

CLOSING = (
    "{mutants} mutants of {fences} fences, {outputs} outputs, {data} places in data, {inline} in "
    "the code of pages and {program} in programs: {killed} killed ({by_tests} by tests alone), "
    "{survived} survived ({explained} explained)"
)


@dataclass
class Report:
    """The lines that are printed, the counts, and the mutants that they are of."""

    lines: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    survivors: list[Mutant] = field(default_factory=list)
    hung: list[Mutant] = field(default_factory=list)

    @property
    def closing(self) -> str:
        """The counts in a line."""
        return CLOSING.format(**self.counts)

    def write(self, path: Path) -> None:
        """Write the counts, the survivors and what hung as JSON."""
        named = {
            "survivors": [mutant.key for mutant in self.survivors],
            "hangs": [mutant.key for mutant in self.hung],
        }
        path.write_text(json.dumps(self.counts | named, indent=1), "utf-8")


def report(outcome: Outcome, listed: dict[Key, Explanation], *, is_whole: bool) -> Report:
    """What is said of a proof, where some survivors are explained.

    `is_whole` says that no page and no kind was left out, so that what is not known is gone.
    """
    said = Report()
    for mutant, became in outcome.verdicts.items():
        runs = mutant.kind in {Kind.PROGRAM, Kind.INLINE}
        if became is Verdict.HUNG:
            said.hung.append(mutant)
        if became is Verdict.SURVIVED or (became is Verdict.HUNG and not runs):
            said.survivors.append(mutant)
    known = [mutant for mutant in said.survivors if mutant.key in listed]
    said.lines += [f"{mutant}: survived" for mutant in said.survivors if mutant.key not in listed]
    said.lines += _stale(outcome, listed, is_whole)
    count = Counter(mutant.kind for mutant in outcome.verdicts)
    outputs = {(m.path, m.at) for m in outcome.verdicts if m.kind is Kind.OUTPUT}
    said.counts = {
        "mutants": len(outcome.verdicts),
        "fences": count[Kind.FENCE],
        "outputs": len(outputs),
        "data": count[Kind.DATA],
        "inline": count[Kind.INLINE],
        "program": count[Kind.PROGRAM],
        "known": len(outcome.known),
        "killed": len(outcome.verdicts) - len(said.survivors),
        "by_tests": outcome.by_tests,
        "hung": len(said.hung),
        "survived": len(said.survivors),
        "explained": len(known),
    }
    return said


def _stale(outcome: Outcome, listed: dict[Key, Explanation], is_whole: bool) -> list[str]:
    """The explanations that no longer apply."""
    tried = {mutant.key: became for mutant, became in outcome.verdicts.items()}
    known = {mutant.key for mutant in outcome.known}
    lines = []
    for key, explanation in listed.items():
        named = f"{explanation.where}: {' | '.join(key)}"
        if tried.get(key, Verdict.SURVIVED) is not Verdict.SURVIVED:
            lines.append(f"{named}: is noticed, so it is no survivor: take it out")
        elif key not in known and is_whole:
            lines.append(f"{named}: no page and no program that runs has this: take it out")
    return lines
