"""What the map on which a plot is drawn shows: the producing area, the county, the plots there are."""

import json

from portal.land.models import Plot
from portal.land.queries import plots_of_producer
from portal.producers.models import RosterEntry
from portal.producers.points import AreaOfIndication

# About five metres: finer than a hand draws on such a map.
TOLERANCE = 0.00005
DECIMALS = 6
MOST_SHOWN = 200


def ground_of(line: RosterEntry | Plot) -> dict[str, object]:
    """For a new plot of a roster line, or for a plot that is drawn anew; itself is not among the others."""
    import shapely

    area = AreaOfIndication(line.indication_id).shape
    county = _county(line.adcode[:6])
    plots = [one for one in plots_of_producer(line.indication_id, line.producer_id) if one is not line]
    plots = plots[:MOST_SHOWN]
    shown = [shapely.from_wkb(plot.wkb) for plot in plots if plot.wkb]
    bounds = shapely.union_all(shown).bounds if shown else (county or area).bounds if county or area else None
    return {
        "bounds": [round(one, DECIMALS) for one in bounds] if bounds else None,
        "area": _geometry(area),
        "county": _geometry(county),
        "plots": [
            {"name": plot.name, "number": plot.number, "geometry": _geometry(shape)}
            for plot, shape in zip([one for one in plots if one.wkb], shown, strict=True)
        ],
    }


def _county(adcode: str) -> object | None:
    from gi_data.boundaries import BoundariesMissing, read_boundaries

    try:
        return read_boundaries().shape_of(adcode)
    except BoundariesMissing:
        return None


def _geometry(shape: object | None) -> dict[str, object] | None:
    if shape is None:
        return None
    import numpy
    import shapely

    simple = shapely.simplify(shape, TOLERANCE)
    simple = shapely.transform(simple, lambda points: numpy.round(points, DECIMALS))
    return json.loads(shapely.to_geojson(simple))
