"""What a run keeps beside the database: the file as it came, its rows as they were judged, how far it is.

Progress stands in a file because storing is one transaction: nobody outside could read a column of it.
"""

import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app

from portal.producers.import_rules import Outcome

# Each line of the kept rows begins with one letter, so that a page is found without reading them all.
LETTERS = {
    Outcome.NEW: "n",
    Outcome.CHANGED: "c",
    Outcome.UNCHANGED: "u",
    Outcome.CONFLICT: "x",
    Outcome.REFUSED: "r",
}


@dataclass
class JudgedRow:
    """One row of the file: what it says, what that would change, and what is wrong with it.

    `place` is whatever the storing half of its kind needs to know again: ids and versions.
    """

    number: int
    raw: list[str]
    outcome: Outcome
    values: dict[str, object] = field(default_factory=dict)
    place: dict[str, object] = field(default_factory=dict)
    changes: dict[str, list] = field(default_factory=dict)
    findings: list[dict] = field(default_factory=list)

    def as_line(self) -> str:
        return (
            LETTERS[self.outcome] + json.dumps(vars(self), ensure_ascii=False, separators=(",", ":")) + "\n"
        )


def row_of_line(line: str) -> JudgedRow:
    values = json.loads(line[1:])
    return JudgedRow(**(values | {"outcome": Outcome(values["outcome"])}))


class RunFolder:
    def __init__(self, run_id: int):
        self.path: Path = current_app.config["SETTINGS"].data_dir / "imports" / str(run_id)

    @property
    def source(self) -> Path:
        return self.path / "source"

    @property
    def rows(self) -> Path:
        return self.path / "rows.jsonl"

    def keep_source(self, content: Iterable[bytes]) -> None:
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.source.open("wb") as file:
            for piece in content:
                file.write(piece)

    # ---- rows

    def write_rows(self, rows: Iterable[JudgedRow]) -> None:
        fresh = self.rows.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(row.as_line())
        fresh.replace(self.rows)

    def read_rows(self, outcomes: Iterable[Outcome] | None = None, skip: int = 0) -> Iterator[JudgedRow]:
        wanted = {LETTERS[one] for one in outcomes} if outcomes is not None else set(LETTERS.values())
        if not self.rows.exists():
            return
        with self.rows.open(encoding="utf-8") as file:
            for line in file:
                if line[0] in wanted:
                    if skip:
                        skip -= 1
                    else:
                        yield row_of_line(line)

    # ---- progress

    def say_progress(self, done: int, whole: int | None) -> None:
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self.path / f"progress.{os.getpid()}"
        fresh.write_text(json.dumps({"done": done, "whole": whole}), encoding="utf-8")
        fresh.replace(self.path / "progress")

    def progress(self) -> tuple[int, int | None]:
        try:
            said = json.loads((self.path / "progress").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0, None
        return said["done"], said["whole"]

    def seconds_silent(self) -> float:
        try:
            return time.time() - (self.path / "progress").stat().st_mtime
        except OSError:
            return float("inf")
