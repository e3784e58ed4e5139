"""/office/ratios over five thousand GIs: as many statements as over forty, and every number is what a plain
question to the database says."""

import random
import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, text

from portal.accounts.rules import NATION, Role
from portal.authorisation.models import Licence, LicenceSpell
from portal.catalogue.models import Indication, IndicationRegion, Protection
from portal.db import db, transaction
from portal.lib.clock import now, today
from portal.lib.quantity import money_text
from portal.producers.models import Producer, RosterEntry
from portal.ratios.keeping import count_anew, store
from portal.ratios.rules import Outcome, assess, both
from portal.register.actions import PORTAL, record
from portal.returns.models import AnnualReturn
from tests.conftest import gather_statistics
from tests.database.test_kept_figures import as_a_fresh_worker
from tests.ledger_rows import LONG_AGO, an_account, enter
from tests.services.statements import count_statements

PAGES = (
    "/office/ratios?year=2025",
    "/office/ratios?year=2025&sort=-output&page=2",
    "/office/ratios?year=2025&outcome=met&sort=short",
    "/office/ratios?year=2025&q=gi-9",
    "/office/ratios?year=2025&region=640000&level=county",
    "/office/ratios?year=2025&level=city",
)
COUNTIES = ("640521", "640522", "640122", "150821", "150823")


def fill(first: int, last: int) -> None:
    """GIs with one to three producers each, of which each tenth stands on the next roster too, elsewhere."""
    rng = random.Random(first)
    rows: dict[object, list[dict]] = {
        table: [] for table in (
            Indication, IndicationRegion, Protection,
            Producer, RosterEntry, Licence, LicenceSpell, AnnualReturn,
        )
    }  # fmt: skip
    for n in range(first, last):
        place = COUNTIES[n % 5]
        rows[Indication].append(
            {"id": n, "slug": f"gi-{n}", "facts": {}, "name_zh": f"果{n}", "name_en": f"gi {n}",
             "pinyin": f"gi-{n:05d}", "initials": "g", "search_text": f"gi-{n}", "category": "fruit",
             "status": "in_force", "demo": True, "version": 1}
        )  # fmt: skip
        rows[IndicationRegion].append({"indication_id": n, "adcode": place})
        rows[Protection].append(
            {"id": n, "indication_id": n, "key": "a", "kind": "gi_product", "status": "x"}
        )
        for maker in range(3 * n, 3 * n + 1 + n % 3):
            rows[Producer].append(
                {"id": maker, "number": f"X{maker}", "kind": "company", "name": "厂", "demo": False,
                 "search_text": "", "name_public": True, "adcode": place, "created_on": LONG_AGO,
                 "version": 1}
            )  # fmt: skip
            places = [(n, place)] + ([(n + 1, COUNTIES[n % 3])] if maker % 10 == 0 and n + 1 < last else [])
            for gi, county in places:
                rows[RosterEntry].append(
                    {"indication_id": gi, "producer_id": maker, "adcode": county, "from_on": LONG_AGO,
                     "unauthorised_reason": "unknown", "version": 1}
                )  # fmt: skip
            if rng.random() < 0.6:
                rows[Licence].append(
                    {"id": maker, "number": f"N{maker}", "indication_id": n, "producer_id": maker,
                     "protection_id": n, "track": "special_mark", "adcode": place, "goods": "果",
                     "valid_from": LONG_AGO, "issued_by": "局", "issued_on": LONG_AGO, "changed_at": now(),
                     "demo": False, "version": 1}
                )  # fmt: skip
                rows[LicenceSpell].append({"licence_id": maker, "state": "in_force", "from_on": LONG_AGO})
            if rng.random() < 0.9:
                value = rng.randrange(10**9)
                rows[AnnualReturn].append(
                    {"indication_id": n, "producer_id": maker, "adcode": place, "year": 2025, "edition": 1,
                     "state": "accepted", "value_fen": value, "mark_value_fen": value // 2,
                     "filed_as": "file", "created_at": now(), "demo": False, "version": 1}
                )  # fmt: skip
    with transaction():
        for table, stored in rows.items():
            db.session.execute(insert(table), stored)
        for n in range(first, last):
            record(PORTAL, "imported", f"return:gi-{n}/2025", {}, public=False)
        record(PORTAL, "loaded", f"gi:upto-{last}", {})
    gather_statistics()


PLAIN = """
SELECT i.name_zh,
  (SELECT count(*) FROM roster_entry r WHERE r.indication_id = i.id),
  (SELECT count(*) FROM roster_entry r WHERE r.indication_id = i.id AND EXISTS (
     SELECT 1 FROM licence l WHERE l.indication_id = i.id AND l.producer_id = r.producer_id)),
  (SELECT sum(a.value_fen) FROM annual_return a WHERE a.indication_id = i.id),
  (SELECT coalesce(sum(a.value_fen), 0) FROM annual_return a WHERE a.indication_id = i.id AND EXISTS (
     SELECT 1 FROM licence l WHERE l.indication_id = i.id AND l.producer_id = a.producer_id)),
  (SELECT count(*) FROM roster_entry r WHERE r.indication_id = i.id AND NOT EXISTS (
     SELECT 1 FROM annual_return a WHERE a.indication_id = i.id AND a.producer_id = r.producer_id)),
  (SELECT count(*) FROM licence l WHERE l.indication_id = i.id AND NOT EXISTS (
     SELECT 1 FROM annual_return a WHERE a.indication_id = i.id AND a.producer_id = l.producer_id))
FROM indication i ORDER BY i.pinyin"""
HEADS = """
SELECT substr(r.adcode, 1, {n}), count(DISTINCT l.producer_id), count(DISTINCT r.producer_id)
FROM roster_entry r LEFT JOIN licence l
  ON l.indication_id = r.indication_id AND l.producer_id = r.producer_id
GROUP BY substr(r.adcode, 1, {n})"""
OUTPUT = """
SELECT substr(r.adcode, 1, {n}), sum(a.value_fen) FROM roster_entry r JOIN annual_return a
  ON a.indication_id = r.indication_id AND a.producer_id = r.producer_id
GROUP BY substr(r.adcode, 1, {n})"""


def cells_of(page: str) -> list[list[str]]:
    """The cells of every row of the page's tables, as words."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.S)
    return [[words_of(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in rows]


def words_of(cell: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split())


def expected_of(row: tuple) -> tuple[str, ...]:
    """The cells of one GI: users of producers, output of output, missing, and the outcome of both shares."""
    name, producers, users, output, users_output, missing, missing_users = row
    part, whole = (None, None) if output is None else (int(users_output), int(output))
    shares = assess(users, producers), assess(part, whole, missing_users, missing - missing_users)
    return name, f"{users:,} / {producers:,}", f"{missing:,}", both(one.outcome for one in shares)


def test_five_thousand_gis_ask_as_often_as_forty_and_say_what_plain_sql_says(
    app: Flask, client: FlaskClient
) -> None:
    with transaction():
        regulator = an_account(Role.AUDITOR, NATION)
    enter(client, regulator)
    counts = {}
    for last in (40, 5_001):
        fill(1 if last == 40 else 40, last)
        for year in range(2021, 2026):
            assert store(count_anew(year, today()))
        as_a_fresh_worker()
        for view in ("first", "again"):
            for page in PAGES:
                asked = count_statements(client, page, headers={"Accept-Language": "zh"})
                counts.setdefault((view, page), []).append(asked)
    assert all(few == many for few, many in counts.values()), counts
    page = client.get("/office/ratios?year=2025&page=3&lang=zh").text
    plain = [expected_of(row) for row in db.session.execute(text(PLAIN))]
    found = {row[0]: row for row in cells_of(page)}
    for name, users, missing, outcome in plain[100:150]:
        assert users in found[name][2] and missing == found[name][5]
        assert Outcome(outcome).text.zh in found[name][7], name
    names = {"15": "内蒙古自治区", "64": "宁夏回族自治区", "": "合计"}
    outcomes = [one[3] for one in plain]
    for length in (2, 0):
        heads, output = (db.session.execute(text(one.format(n=length))).all() for one in (HEADS, OUTPUT))
        values = dict(tuple(row) for row in output)
        for prefix, users, producers in heads:
            value = money_text(int(values[prefix]), "zh")
            assert found[names[prefix]][-3:] == [f"{users:,}", f"{producers:,}", value]
    assert found["合计"][1:7] == [f"{len(plain):,}", *(f"{outcomes.count(one):,}" for one in Outcome)]
