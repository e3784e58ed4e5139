"""The chapters that officials write: overview, publicity and training, problems, next year."""

from portal.lib.text import Text
from portal.reports.pieces import Chapter, Column, Heading, Missing, Table, day, note, number, said, words
from portal.reports.rules import PART_OF, due_on
from portal.reports.sections import Asked, add_section

NOT_WRITTEN = Text("还没有写", "not written yet")
TO_WRITE = Text("（此处由编制单位填写）", "(To be written by the issuing office.)")
COUNTED = ("publicity_events", "training_sessions", "people_trained")


def _own(asked: Asked, chapter: Chapter, part: str) -> None:
    """The text, or the remark that it is missing."""
    pieces = asked.written(part)
    if pieces:
        chapter.pieces += pieces
    else:
        chapter.pieces.append(said(TO_WRITE))
        chapter.missing.append(Missing(PART_OF[part].title, NOT_WRITTEN))
    if part in asked.carried:
        year = asked.carried[part]
        why = Text(
            f"沿用 {year} 年的文字，还没有核对", f"the text of {year} stands here and was not looked at"
        )
        chapter.missing.append(Missing(PART_OF[part].title, why))


def build_overview(asked: Asked, chapter: Chapter) -> None:
    scope = asked.scope
    chapter.pieces.append(
        said(
            Text(
                "本报告依据登记簿编制，反映{name} {year} 年地理标志保护与监管情况，数据截至{until}。",
                "This report is drawn from the register. It states the protection and supervision of "
                "geographical "
                "indications in {year} for: {name}. Figures as of {until}.",
            ),
            name=scope.subject.name,
            year=scope.year,
            until=day(scope.until),
        )
    )
    _own(asked, chapter, "overview")
    if scope.running:
        chapter.pieces.append(
            note(
                Text(
                    "年度尚未结束，全年数字以年后更正版为准；年度总结应于{due}前逐级上报。",
                    "The year is not over: a later edition will give the figures of the whole year. The "
                    "yearly summary "
                    "goes up by {due}.",
                ),
                due=day(due_on(scope.year)),
            )
        )


def build_publicity(asked: Asked, chapter: Chapter) -> None:
    chapter.pieces.append(Heading(PART_OF["publicity"].title))
    _own(asked, chapter, "publicity")
    chapter.pieces.append(Heading(PART_OF["training"].title))
    _own(asked, chapter, "training")
    columns = [
        Column(Text("项目", "What"), width=4),
        Column(Text("数量", "Number"), True, 2),
        Column(Text("单位", "Unit"), width=2),
    ]
    rows = []
    for key in COUNTED:
        part, value = PART_OF[key], asked.counted(key)
        rows.append([words(part.title), number(value), words(part.unit)])
        if value is None:
            chapter.missing.append(Missing(part.title, Text("没有填写", "not entered")))
    title = Text("宣传与培训（编制单位填报）", "Publicity and training (as entered by the office)")
    chapter.pieces.append(Table("publicity", title, columns, rows))


def build_problems(asked: Asked, chapter: Chapter) -> None:
    _own(asked, chapter, "problems")


def build_next(asked: Asked, chapter: Chapter) -> None:
    _own(asked, chapter, "next")


add_section("overview", 10, Text("总体情况", "The year in general"), build_overview)
add_section("publicity", 130, Text("宣传与培训", "Publicity and training"), build_publicity)
add_section("problems", 140, Text("存在的问题", "Problems"), build_problems)
add_section("next", 150, Text("下一年度安排", "Plans for next year"), build_next)
