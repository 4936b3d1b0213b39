"""The table that `make bench` prints."""

from typing import NamedTuple


class Line(NamedTuple):
    """One measurement: what, how much, and the goal it is held against with whether it was met (None: no goal)."""

    what: str
    value: str
    goal: str = ""
    met: bool | None = None


class Report:
    """Collects the lines and prints each as soon as it is known, so that a long run shows where it is."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def heading(self, text: str) -> None:
        print(f"\n{text}", flush=True)

    def add(self, what: str, value: str, goal: str = "", met: bool | None = None) -> None:
        line = Line(what, value, goal, met)
        self.lines.append(line)
        mark = {True: "met", False: "NOT MET", None: ""}[met]
        print(f"  {what:<58} {value:>22}  {goal:<22} {mark}".rstrip(), flush=True)

    def missed(self) -> list[Line]:
        return [line for line in self.lines if line.met is False]
