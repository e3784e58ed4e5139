"""Many plots in one file: each shape is looked at before anything is kept, then the chosen ones are entered.

The file waits under its digest between the two pages; it is read again when they are confirmed, so that
what was looked at is what is entered.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from portal.land.actions import PlotData, plot_faults
from portal.land.outlines import MOST_BYTES, TOO_LARGE, fits_a_plot
from portal.land.placing import Placed, county_of, place_outline, square_metres
from portal.land.queries import plots_of_producer, shared_with
from portal.land.rules import NAME_LONGEST, VARIETY_LONGEST
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.producers.models import RosterEntry

if TYPE_CHECKING:
    from gi_data.outlines import PieceReading

MOST_PLOTS = 200
KEPT_SECONDS = 24 * 60 * 60

KNOWN = Text("这块地已经登记过，不再登记", "This plot is on record already and is not entered again")
TOO_MANY = Text("一个文件最多 {n} 块地，请分成几个", "At most {n} plots in a file; split it").format(
    n=MOST_PLOTS
)
NO_FILE = Text("请选择文件", "Choose a file")


@dataclass(frozen=True)
class Candidate:
    """One shape of a file as a plot: how it would lie, what was noticed, or why it cannot be one."""

    number: int
    data: PlotData
    placed: Placed | None
    fault: Text | None
    notices: tuple[Text, ...] = ()
    shared_m2: int = 0

    @property
    def usable(self) -> bool:
        return self.fault is None


def candidates(content: bytes, line: RosterEntry, today: date) -> list[Candidate]:
    from gi_data.outlines import read_pieces

    if len(content) > MOST_BYTES:
        raise _refusal(Text("文件超过 20 MB", "The file is larger than 20 MB"))
    pieces, wrong = read_pieces(content, MOST_PLOTS)
    if wrong is not None:
        raise _refusal(wrong.findings[0].message)
    if len(pieces) > MOST_PLOTS:
        raise _refusal(TOO_MANY)
    known = {plot.wkb for plot in plots_of_producer(line.indication_id, line.producer_id) if plot.wkb}
    found = []
    for piece in pieces:
        one = _candidate(piece, line, known, today)
        found.append(one)
        known.add(one.data.wkb)
    return found


def _candidate(piece: PieceReading, line: RosterEntry, known: set[bytes], today: date) -> Candidate:
    said = tuple(one.message for one in piece.outline.findings)
    name = (piece.name or f"第 {piece.number} 块")[:NAME_LONGEST]
    shape = piece.outline.geometry
    if shape is None:
        return Candidate(piece.number, PlotData(name, line.adcode, None), None, said[0])
    planted = int(piece.planted) if piece.planted.isascii() and piece.planted.isdecimal() else None
    area, wkb = square_metres(shape), shape.wkb
    adcode = county_of(shape) or line.adcode
    data = PlotData(name, adcode, area, piece.variety[:VARIETY_LONGEST], planted, wkb)
    fault = None if fits_a_plot(shape) else TOO_LARGE
    fault = fault or (KNOWN if wkb in known else next(iter(plot_faults(data, today).values()), None))
    if fault:
        return Candidate(piece.number, data, None, fault)
    shared = shared_with(line.indication_id, line.producer_id, adcode, shape)
    placed = place_outline(line.indication_id, shape)
    return Candidate(piece.number, data, placed, None, said, sum(area for _, area in shared))


def _refusal(fault: Text) -> RuleBroken:
    return RuleBroken(Text("这个文件不能用", "This file cannot be used"), {"file": fault})


def chosen_in(found: list[Candidate], form: Mapping[str, str]) -> list[Candidate]:
    """Those ticked, under the names typed beside them; nothing ticked is a fault."""
    chosen = []
    for one in found:
        if one.usable and form.get(f"take-{one.number}"):
            name = form.get(f"name-{one.number}", "").strip() or one.data.name
            chosen.append(_named(one, name))
    if not chosen:
        fault = Text("请至少选一块地", "Choose at least one plot")
        raise RuleBroken(fault, {"file": fault})
    return chosen


def _named(one: Candidate, name: str) -> Candidate:
    data = one.data
    named = PlotData(name, data.adcode, data.area_m2, data.variety, data.planted, data.wkb)
    return Candidate(one.number, named, one.placed, None, one.notices, one.shared_m2)


# ---- between the two pages


def keep_upload(folder: Path, content: bytes) -> str:
    """The digest under which the file waits; what has waited for a day is cleared."""
    place = folder / "land"
    place.mkdir(parents=True, exist_ok=True)
    for old in place.iterdir():
        if old.stat().st_mtime < time.time() - KEPT_SECONDS:
            old.unlink(missing_ok=True)
    digest = sha256(content).hexdigest()
    (place / digest).write_bytes(content)
    return digest


def kept_upload(folder: Path, digest: str) -> bytes:
    file = folder / "land" / digest
    if len(digest) != 64 or not digest.isalnum() or not file.is_file():
        fault = Text("文件已不在这里，请再选一次", "The file is no longer here; choose it again")
        raise RuleBroken(fault, {"file": fault})
    return file.read_bytes()
