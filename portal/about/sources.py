"""Every document the register rests on, what rests on it, and what was looked for in vain."""

from collections.abc import Callable, Iterable

from flask import Blueprint, render_template
from sqlalchemy import select

from portal.brands.models import Brand
from portal.catalogue.citations import Holder, add_citing, what_rests
from portal.catalogue.models import Document
from portal.catalogue.queries import documents_by_id, names_of, vain_searches
from portal.catalogue.rules import SUPPORT_NAMES
from portal.db import db
from portal.lib.text import Text
from portal.register.words import address_of
from portal.targets.models import Agreement, Conflict, Indicator, Programme
from portal.targets.naming import names_of_agreements
from portal.targets.programme_rules import (
    ZONE_RULES,
)

blueprint = Blueprint("about_sources", __name__)

SUPPORT_MEANS = {
    "plan_document": Text("规划或方案原文写着", "The text of a plan says so"),
    "official_page": Text("政府网站的页面写着", "A government web page says so"),
    "secondary_page": Text(
        "其他网页写着，还没有与公告原文核对",
        "Another web page says so; not yet checked against the announcement itself",
    ),
    "unverified": Text("编写者所知或推断，没有核实", "Known to or inferred by the editors; not verified"),
}


def _brands() -> Iterable[Holder]:
    columns = (Brand.slug, Brand.name_zh, Brand.name_en, Brand.facts)
    for slug, zh, en, facts in db.session.execute(select(*columns).order_by(Brand.pinyin)):
        yield Holder(Text(zh, en), f"/brands/{slug}", facts)


def _targets(model: type, kind: str, field: str) -> Callable[[], Iterable[Holder]]:
    """Indicators, conflicts and programmes: each with its name and the page that shows it."""

    def load() -> Iterable[Holder]:
        for key, facts in db.session.execute(select(model.id, model.facts).order_by(model.id)):
            name = facts.get(field) or {"zh": key, "en": key}
            yield Holder(Text(name["zh"], name["en"]), address_of(f"{kind}:{key}"), facts)

    return load


def _agreements() -> Iterable[Holder]:
    found = dict(db.session.execute(select(Agreement.id, Agreement.facts)).all())
    names = names_of_agreements(set(found))
    for key in sorted(found):
        yield Holder(names[key], address_of(f"agreement:{key}"), found[key])


def _zone_rules() -> Iterable[Holder]:
    yield Holder(Text("条件逐条核对", "Its conditions, one by one"), "/zones/", {"sources": [ZONE_RULES]})


add_citing("brand", Text("品牌", "Brands"), _brands)
add_citing("indicator", Text("规划指标", "Plan indicators"), _targets(Indicator, "indicator", "name"))
add_citing(
    "conflict", Text("文件矛盾", "Conflicts of the documents"), _targets(Conflict, "conflict", "title")
)
add_citing("programme", Text("示范区和项目", "Zones and projects"), _targets(Programme, "programme", "name"))
add_citing("zone_rules", Text("示范区的国家规则", "The national rule on zones"), _zone_rules)
add_citing("agreement", Text("协作协议", "Agreements"), _agreements)


@blueprint.get("/about/sources")
def show() -> str:
    documents = documents_by_id()
    resting = what_rests(documents)
    searches = vain_searches()
    groups = [
        (kind, SUPPORT_NAMES[kind], SUPPORT_MEANS[kind], _of_kind(documents, kind)) for kind in SUPPORT_MEANS
    ]
    return render_template(
        "about/sources.html",
        groups=[group for group in groups if group[3]],
        resting=resting,
        total=len(documents),
        searches=searches,
        gis=names_of({slug for search in searches for slug in search.facts.get("gis", [])}),
    )


def _of_kind(documents: dict[str, Document], kind: str) -> list[Document]:
    """The dated ones first, newest on top; what bears no date comes after."""
    chosen = [document for document in documents.values() if document.kind == kind]
    return sorted(chosen, key=lambda document: document.facts.get("date", ""), reverse=True)
