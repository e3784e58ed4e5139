"""What land gives, with made-up plots and yields."""

from hypothesis import given
from hypothesis import strategies as st

from portal.land.rules import Lie, Planted, ceiling, grams_of, lie_of, yield_for

areas = st.integers(1, 10**9)
yields = st.integers(1, 10**6)


@given(areas, yields)
def test_land_never_gives_more_than_area_times_yield(area: int, grams_per_mu: int):
    assert grams_of(area, grams_per_mu) * 10_000 <= area * 15 * grams_per_mu


@given(st.lists(areas, min_size=1, max_size=5), yields)
def test_cutting_a_field_changes_nothing(pieces: list[int], grams_per_mu: int):
    cut = ceiling([Planted(one, "640521") for one in pieces], {"": grams_per_mu})
    assert cut == ceiling([Planted(sum(pieces), "640521")], {"": grams_per_mu})


@given(areas, areas, yields)
def test_more_land_never_gives_less(area: int, more: int, grams_per_mu: int):
    assert grams_of(area + more, grams_per_mu) >= grams_of(area, grams_per_mu)


def test_the_narrower_place_has_the_word():
    known = {"": 1, "640000": 2, "640500": 3, "640521": 4, "640521100": 5}
    for adcode, expected in (
        ("640521100", 5),
        ("640521101", 4),
        ("640521", 4),
        ("640522", 3),
        ("640100", 2),
        ("150000", 1),
    ):
        assert yield_for(adcode, known) == expected, adcode
    assert yield_for("640521", {"150000": 1}) is None


def test_without_a_yield_the_ceiling_is_not_known():
    assert ceiling([Planted(1, "640521")], {}) is None
    assert ceiling([], {}) == 0


def test_how_a_plot_lies():
    assert lie_of(None, 100) is Lie.UNKNOWN
    assert lie_of(1000, 1000) is lie_of(995, 1000) is Lie.INSIDE
    assert lie_of(994, 1000) is lie_of(6, 1000) is Lie.PARTLY
    assert lie_of(5, 1000) is lie_of(0, 1000) is Lie.OUTSIDE
