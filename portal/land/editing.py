"""The form of a plot: the same for a producer and for an official who enters it for somebody."""

from collections.abc import Mapping
from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.models import Account
from portal.db import transaction
from portal.land import actions
from portal.land.amounts import AREA_UNITS, read_area, typed_mu
from portal.land.models import Plot
from portal.land.outlines import MOST_BYTES, Outline, corners_of, from_corners, from_file
from portal.land.placing import county_of, place_division, place_outline, square_metres
from portal.land.queries import get_line_for, get_plot_for
from portal.lib.clock import now, today
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.producers.models import RosterEntry
from portal.producers.queries import divisions_of_area
from portal.proposals.area_upload import ACCEPTED
from portal.regions.models import Region
from portal.regions.queries import children_of, regions_by_code

FIELDS = ("name", "adcode", "area", "unit", "variety", "planted", "corners", "version")


def new_page(account: Account, line: RosterEntry, blueprint: str) -> ResponseReturnValue:
    return _page(line, None, blueprint, {"unit": "mu", "adcode": line.adcode}, {})


def change_page(plot: Plot, blueprint: str) -> ResponseReturnValue:
    typed = {
        "name": plot.name,
        "adcode": plot.adcode,
        "area": "" if plot.wkb else typed_mu(plot.area_m2),
        "unit": "mu",
        "variety": plot.variety or "",
        "planted": str(plot.planted or ""),
        "corners": corners_of(plot.wkb),
    }
    return _page(plot, plot, blueprint, typed, {})


def enter(account: Account, line_number: int, blueprint: str) -> ResponseReturnValue:
    typed, day = _typed(), today()
    line = get_line_for(account, line_number, day)
    gi_id = line.indication_id
    try:
        data, placed = _read(typed, gi_id, day, None)
        with transaction():
            line = get_line_for(account, line_number, day)
            plot = actions.enter_plot(account, line.producer, line.indication, data, placed, day, now())
            number = plot.number
    except RuleBroken as refused:
        if not refused.fields:
            raise
        line = get_line_for(account, line_number, day)
        return _page(line, None, blueprint, typed, refused.fields), 400
    return redirect(url_for(f"{blueprint}.show", number=number), 303)


def change(account: Account, number: str, blueprint: str) -> ResponseReturnValue:
    typed, day = _typed(), today()
    plot = get_plot_for(account, number, day)
    try:
        data, placed = _read(typed, plot.indication_id, day, plot.wkb)
        with transaction():
            plot = get_plot_for(account, number, day)
            actions.change_plot(account, plot, data, placed, _version(typed), day)
    except RuleBroken as refused:
        if not refused.fields:
            raise
        plot = get_plot_for(account, number, day)
        return _page(plot, plot, blueprint, typed, refused.fields), 400
    return redirect(url_for(f"{blueprint}.show", number=number), 303)


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "")[:200_000].strip() for name in FIELDS}


def _version(typed: Mapping[str, str]) -> int:
    return int(typed["version"]) if typed["version"].isascii() and typed["version"].isdecimal() else 0


def _read(typed: Mapping[str, str], gi_id: int, day: date, known: bytes | None) -> tuple[object, object]:
    """What was typed, drawn or uploaded, laid over the producing area; every fault at once, by field."""
    faults: dict[str, Text] = {}
    outline, field = _outline(typed)
    if outline is not None and outline.fault:
        faults[field] = outline.fault
    shape = outline.shape if outline is not None else None
    if outline is None and known is not None and not typed["area"]:
        # Nothing new was drawn and no size typed: the outline there is stays.
        import shapely

        shape = shapely.from_wkb(known)
    area, fault = read_area(typed["area"], typed["unit"])
    if fault and shape is None:
        faults["area"] = fault
    planted = None
    if typed["planted"]:
        if typed["planted"].isascii() and typed["planted"].isdecimal() and len(typed["planted"]) == 4:
            planted = int(typed["planted"])
        else:
            faults["planted"] = Text("写四位年份，如 2019", "Write the year with four digits")
    adcode = _place(typed["adcode"], shape, faults)
    if shape is not None:
        area = square_metres(shape)
    data = actions.PlotData(
        typed["name"], adcode, area, typed["variety"], planted, shape.wkb if shape is not None else None
    )
    faults = actions.plot_faults(data, day) | faults
    if outline is not None and outline.fault and not typed["area"]:
        # What was drawn is to be mended; nobody asks for its size instead.
        faults.pop("area", None)
    if faults:
        raise RuleBroken(Text("地块没有保存", "The plot was not kept"), faults)
    placed = place_outline(gi_id, shape) if shape is not None else place_division(gi_id, adcode, area)
    return data, placed


def _outline(typed: Mapping[str, str]) -> tuple[Outline | None, str]:
    """The file comes first: whoever chose one means it."""
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        return from_file(sent.stream.read(MOST_BYTES + 1)), "file"
    return (from_corners(typed["corners"]), "corners") if typed["corners"] else (None, "")


def _place(adcode: str, shape: object | None, faults: dict[str, Text]) -> str:
    """The division chosen; a drawn plot belongs to the county it lies in, whatever was chosen."""
    if adcode and adcode not in regions_by_code([adcode]):
        faults["adcode"] = Text("请从列表中选择", "Choose from the list")
    county = county_of(shape) if shape is not None else None
    return adcode if county is None or adcode.startswith(county) else county


def _page(
    of: RosterEntry | Plot,
    plot: Plot | None,
    blueprint: str,
    typed: Mapping[str, str],
    faults: Mapping[str, Text],
) -> str:
    return render_template(
        "land/edit.html",
        line=of if plot is None else None,
        plot=plot,
        indication=of.indication,
        producer=of.producer,
        blueprint=blueprint,
        typed=typed,
        faults=faults,
        places=_places(of),
        units=[(key, text) for key, (text, _) in AREA_UNITS.items()],
        accepted=ACCEPTED,
        today=today(),
    )


def _places(of: RosterEntry | Plot) -> list[tuple[str, str]]:
    """The producer's county and its townships, and what the producing area names."""
    county = of.adcode[:6]
    units, regions = divisions_of_area(of.indication_id)
    codes = {county, of.adcode} | {code for code in units | regions if len(code) in (6, 9)}
    known = regions_by_code(codes | {code[:6] for code in codes})
    found: dict[str, Region] = {code: known[code] for code in codes if code in known}
    found |= {one.adcode: one for one in children_of(county)}
    counties = known | found
    return [(code, _named(found[code], counties)) for code in sorted(found)]


def _named(region: Region, counties: Mapping[str, Region]) -> Text:
    above = counties.get(region.adcode[:6]) if len(region.adcode) == 9 else None
    name = Text(region.name_zh, region.name_en)
    if above is None:
        return name
    return Text(f"{above.name_zh}{name.zh}", f"{name.en}, {above.name_en}")
