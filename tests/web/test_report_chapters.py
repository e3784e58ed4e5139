"""Every chapter of a report with rows in it: its numbers are those of a plain look, and lead to a ledger."""

from urllib.parse import urlsplit

import pytest
from flask import Flask

from portal.db import transaction
from portal.lib.clock import now
from portal.reports.actions import new_report
from portal.reports.building import content_now
from portal.reports.pieces import Cell, Content
from portal.reports.rules import About
from portal.reports.scope import get_subject
from portal.reports.white_paper import white_paper
from tests.ledger_rows import enter
from tests.report_rows import HERE, YEAR, Ledgers, a_case


@pytest.fixture
def ledgers(app: Flask) -> Ledgers:
    with transaction():
        return Ledgers()


def report_of(about: About, key: str) -> Content:
    with transaction():
        report = new_report(get_subject(about, key), YEAR, now())
    return content_now(report)


def rows_of(made: Content, key: str) -> list[list[object]]:
    found = [piece for piece in made.of_kind("table") if piece.key == key]
    return [[cell.raw for cell in row] for table in found for row in table.rows]


def sentence_of(made: Content, key: str) -> list[str]:
    """The numbers that the first sentence of a chapter states, in their order."""
    chapter = next(one for one in made.chapters if one.key == key)
    return [text for text, url in chapter.pieces[0].zh if url]


def test_a_county_counts_its_year_and_nothing_of_another(ledgers: Ledgers):
    made = report_of(About.REGION, HERE)
    _is_the_year_of_the_county(made, ledgers)
    # Handed from far away to another place: neither side lies here.
    assert sentence_of(made, "transfers") == ["1", "1"]
    assert [row[2:] for row in rows_of(made, "transfers")] == [[1, 0], [0, 1]]
    missing = {one.what.zh for _, one in made.missing()}
    assert {"抽查结果", "投诉举报的结果"} <= missing
    said = str(made.as_json())
    for secret in ("某店", "假的", "在外地", "农残超标", "红果公司1"):
        assert secret not in said, "no party, no teller and no firm that was checked is named"


def test_an_overturned_decision_and_a_case_with_the_police_are_stated_apart(ledgers: Ledgers):
    with transaction():
        a_case(HERE, ledgers.gi, "own", outcomes=["fine"], fine=5_000_00, state="overturned")
        a_case(HERE, ledgers.gi, "own", state="police")
    made = report_of(About.REGION, HERE)
    assert sentence_of(made, "cases") == ["4", "1", "3,000 元", "1"]
    chapter = next(one for one in made.chapters if one.key == "cases")
    told = ["".join(text for text, _ in piece.zh) for piece in chapter.pieces if hasattr(piece, "zh")]
    assert "另有 1 件决定作出后被撤销" in told[1] and "另有 1 件移送公安机关" in told[2]


def _is_the_year_of_the_county(made: Content, ledgers: Ledgers) -> None:
    assert sentence_of(made, "checks") == ["1", "3", "2", "1", "50.0%", "1", "1"]
    assert rows_of(made, "checks") == [[ledgers.plan.number, ledgers.plan.title, 3, 2, 1, 1]]
    assert sentence_of(made, "cases") == ["2", "1", "3,000 元", "1"]
    assert {row[1] for row in rows_of(made, "case-outcomes")} == {1}
    assert len(rows_of(made, "case-outcomes")) == len(rows_of(made, "case-origins")) == 2
    assert rows_of(made, "campaigns") == [["铁拳", 1]]
    assert [row[1] for row in rows_of(made, "credit")] == [3, 1, 1]
    assert rows_of(made, "traceability") == [["名hongguo", 1, 10, 1_000, 0]]
    assert rows_of(made, "batches") == [["名hongguo", 1, 2_000_000, 1, 1, 1]]


def test_the_whole_register_counts_both_places_and_every_province_may_draw_it_up(client, ledgers: Ledgers):
    made = report_of(About.YEAR, "all")
    assert sentence_of(made, "checks")[:4] == ["2", "4", "3", "2"]
    assert sentence_of(made, "cases")[:2] == ["3", "2"]
    assert sentence_of(made, "transfers") == ["3", "3"]
    assert len(rows_of(made, "gis-by-place")) == 2
    assert sentence_of(made, "tips")[:2] == ["1", "3"]
    _every_number_leads_somewhere(client, ledgers, made)
    province = enter(client, ledgers.province)
    draft = province.post("/office/reports", data={"subject": "year/all", "year": YEAR})
    assert draft.status_code == 303
    assert province.get(draft.headers["Location"]).status_code == 200
    assert "全登记簿" in province.get("/office/reports?lang=zh").text
    county = enter(client, ledgers.county)
    assert county.get(draft.headers["Location"]).status_code == 404
    assert county.post("/office/reports", data={"subject": "year/all", "year": YEAR}).status_code == 404
    assert county.post("/office/reports", data={"subject": "year/2", "year": YEAR}).status_code == 404


def test_the_numbers_of_a_gi_a_zone_and_a_city_are_the_same_where_one_county_holds_all(
    client, ledgers: Ledgers
):
    for about, key in ((About.GI, ledgers.gi.slug), (About.ZONE, ledgers.zone.id), (About.REGION, "640500")):
        made = report_of(about, key)
        _is_the_year_of_the_county(made, ledgers)
        # One tip is of no GI: it counts for the place and not for a GI.
        assert sentence_of(made, "tips")[:3] == ["1", "2" if about is About.REGION else "1", "2"]
        assert [row[1] for row in rows_of(made, "tips")] == [1, 1]
        _every_number_leads_somewhere(client, ledgers, made)


def _every_number_leads_somewhere(client, ledgers: Ledgers, made: Content) -> None:
    """Each number of a table has an address that is there: for everyone, or behind the door of the office."""
    open_to_all, of_the_office = set(), set()
    for url in (cell.url for cell in numbers_of(made)):
        assert url
        path = urlsplit(url).path
        (of_the_office if path.startswith("/office/") else open_to_all).add(url.removeprefix(made.base))
    stranger, county = client, enter(client.application.test_client(), ledgers.county)
    for address in open_to_all:
        assert stranger.get(address).status_code == 200, address
    for address in of_the_office:
        assert stranger.get(address).status_code == 302, address
        assert county.get(address).status_code == 200, address


def numbers_of(made: Content) -> list[Cell]:
    """What an office typed itself has no other ledger than the report."""
    tables = [one for one in [*made.of_kind("table"), *white_paper(made)] if one.key != "publicity"]
    years = [str(made.year)]
    return [
        cell
        for table in tables
        for row in table.rows
        for cell in row
        if cell.numeric and isinstance(cell.raw, int) and cell.text.zh not in years
    ]
