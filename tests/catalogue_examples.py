"""GIs made up for tests: the least a record may say, and whatever a test adds."""

from datetime import date

from portal.catalogue.actions import state_document, state_indication
from portal.db import transaction
from portal.register.actions import PORTAL

DOCUMENT = {
    "id": "test-page",
    "kind": "official_page",
    "title": {"zh": "测试页面", "en": "Test page"},
    "titled_by": "register",
    "date": "2020-01-02",
    "places": {"row1": {"zh": "第1行", "en": "row 1"}},
}


def gi_facts(number: int = 1, **more: object) -> dict[str, object]:
    """A record that holds together; `more` replaces or adds fields."""
    code = ("640521", "150821", "150222")[number % 3]
    facts = {
        "slug": f"ceshi-{number}",
        "record": f"t-{number}",
        "name": {
            "zh": f"测试{number}号薯",
            "en": f"Test potato {number}",
            "pinyin": f"Ceshi {number} Hao Shu",
            "initials": "cshs",
        },
        "aliases": ["potato"],
        "category": "grain_tuber",
        "scope": "inside",
        "status": "in_force",
        "summary": {"zh": "一种测试用的薯。", "en": "A potato for tests."},
        "regions": {
            "places": [{"code": code, "name": "某县"}],
            "sources": ["test-page"],
            "support": "official_page",
        },
        "support": "weak",
        "protections": [
            {
                "key": "product",
                "kind": "gi_product",
                "status": "in_force",
                "number": f"2020年第{number}号",
                "date": "2020-05-01",
                "sources": ["test-page/row1"],
                "support": "official_page",
            }
        ],
    }
    return facts | more


def add_gi(number: int = 1, verb: str = "stated", **more: object) -> str:
    """State one in a transaction of its own; its slug."""
    facts = gi_facts(number, **more)
    with transaction():
        state_document(PORTAL, DOCUMENT["id"], DOCUMENT)
        state_indication(PORTAL, facts["slug"], facts, date(2026, 11, 20), verb=verb)
    return facts["slug"]


def add_many(count: int) -> None:
    with transaction():
        state_document(PORTAL, DOCUMENT["id"], DOCUMENT)
        for number in range(1, count + 1):
            facts = gi_facts(number)
            state_indication(PORTAL, facts["slug"], facts, date(2026, 11, 20))
