"""How many producers have which credit grade. Nobody is named, and few are not counted apart."""

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from portal.authorisation.models import Licence
from portal.credit.models import CreditGrade
from portal.credit.rules import Grade
from portal.db import db
from portal.lib.clock import end_of_day
from portal.lib.text import Text
from portal.producers.queries import within
from portal.reports.pieces import Chapter, Column, Missing, Table, number, percent, said, words
from portal.reports.scope import Scope
from portal.reports.sections import Asked, add_section

# A grade of one of fewer could be guessed from the counts.
FEWEST = 5


def build(asked: Asked, chapter: Chapter) -> None:
    scope = asked.scope
    counts = counts_of(scope)
    whole = sum(counts.values())
    if whole < FEWEST:
        why = (
            Text("还没有分级", "none is graded yet")
            if not whole
            else Text(f"分级的不足 {FEWEST} 家，不公布", f"fewer than {FEWEST} are graded; not published")
        )
        chapter.missing.append(Missing(Text("信用分级", "Credit grades"), why))
        return
    criteria = scope.url("/credit/")
    chapter.pieces.append(
        said(
            Text(
                "按公开的标准，{n} 家生产者有信用等级，其中 A 级 {a} 家、D 级 {d} 家。等级只用于抽查的权"
                "重，不是名单。",
                "By the published criteria {n} [n:producer is|producers are] graded: {a} with A, {d} with D. "
                "Grades weigh the draw of checks; they are no list.",
            ),
            n=number(whole, criteria),
            a=number(counts[Grade.A], scope.url("/office/credit?grade=A")),
            d=number(counts[Grade.D], scope.url("/office/credit?grade=D")),
        )
    )
    columns = [
        Column(Text("等级", "Grade"), width=3),
        Column(Text("户数", "Producers"), True, 2),
        Column(Text("比例", "Share"), True, 2),
    ]
    rows = [
        [words(one.text), number(counts[one], page), percent((counts[one], whole), page)]
        for one in Grade
        for page in [scope.url(f"/office/credit?grade={one}")]
        if counts[one]
    ]
    chapter.pieces.append(Table("credit", Text("信用等级", "Credit grades"), columns, rows))


def counts_of(scope: Scope) -> Counter[Grade]:
    """The newest grade of each producer that stood at the end of the year."""
    end = end_of_day(scope.until)
    later = aliased(CreditGrade)
    newest = select(func.max(later.id)).where(later.computed_at <= end).group_by(later.producer_id)
    query = select(CreditGrade.grade, func.count()).where(CreditGrade.id.in_(newest))
    if scope.place:
        query = query.where(within(CreditGrade.adcode, scope.place))
    else:
        users = select(Licence.producer_id).where(Licence.indication_id.in_(scope.ids))
        query = query.where(CreditGrade.producer_id.in_(users))
    return Counter({Grade(grade): n for grade, n in db.session.execute(query.group_by(CreditGrade.grade))})


add_section("credit", 100, Text("信用分级", "Credit"), build)
