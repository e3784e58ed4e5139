"""An outline in a few points keeps its size and its place."""

from math import cos, pi, sin

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.catalogue.sketch import LEVELS, POINTS, read_sketch, sketch_of


def star(lon: float, lat: float, size: float, uneven: list[float]) -> shapely.Polygon:
    """A ring with as many corners as there are numbers, each so far from the middle."""
    turn = 2 * pi / len(uneven)
    return shapely.Polygon(
        (lon + size * far * cos(turn * n), lat + size * far * sin(turn * n)) for n, far in enumerate(uneven)
    )


UNEVEN = st.lists(st.floats(0.75, 1.0), min_size=40, max_size=300)


@settings(max_examples=60)
@given(st.floats(74, 134), st.floats(18, 53), st.floats(0.02, 3.0), UNEVEN)
def test_few_points_keep_size_and_place(lon: float, lat: float, size: float, uneven: list[float]) -> None:
    shape = star(lon, lat, size, uneven)
    text = sketch_of(shape.wkb)
    assert len(text) < 90
    sketch = read_sketch(text)
    [ring] = sketch.rings
    assert len(ring) <= POINTS
    drawn = shapely.Polygon(ring)
    assert drawn.area == pytest.approx(shape.area, rel=0.05)
    assert drawn.centroid.distance(shape.centroid) < size / 5
    assert shape.buffer(1e-3).contains(shapely.Point(sketch.inside))


def test_parts_and_holes_stay_and_specks_go() -> None:
    ring = shapely.box(100, 30, 101, 31).difference(shapely.box(100.3, 30.3, 100.7, 30.7))
    parts = shapely.MultiPolygon(
        [ring, shapely.box(102, 30, 102.6, 30.6), shapely.box(103, 30, 103.01, 30.01)]
    )
    rings = read_sketch(sketch_of(parts.wkb)).rings
    assert [round(shapely.Polygon(one).area, 1) for one in rings] == [1.0, 0.2, 0.4]


def test_a_small_square_is_written_as_it_is() -> None:
    assert read_sketch(sketch_of(shapely.box(105, 37, 105.009, 37.009).wkb)).rings == (
        ((105.009, 37.0), (105.009, 37.009), (105.0, 37.009), (105.0, 37.0)),
    )


def test_a_sketch_can_stand_in_json_as_it_is() -> None:
    assert not set('"\\ \n') & set(LEVELS)
    assert len(set(LEVELS)) == len(LEVELS) == 91
