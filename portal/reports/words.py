"""What yearly reports are called, on the page and in the log."""

from portal.lib.text import Text
from portal.regions.queries import regions_by_code
from portal.register.words import (
    describe_subject,
    describe_verbs,
    link_subject,
    name_subjects,
    say_subjects,
)
from portal.reports.rules import PARTS, About
from portal.reports.scope import THE_REGISTER

TITLE = Text(
    "{name} {year} 年地理标志保护监管年度报告", "Yearly report {year} on the protection of GIs: {name}"
)
FIELDS = {
    "edition": Text("版次", "edition"),
    "digest": Text("报告内容的摘要", "digest of the report"),
    "missing": Text("缺少的数据项", "inputs missing"),
    "document_number": Text("文号", "document number"),
    "remark": Text("更正说明", "what is corrected"),
    "docx": Text("Word 文件的摘要", "digest of the Word file"),
    "pdf": Text("PDF 的摘要", "digest of the PDF"),
    "en.docx": Text("英文 Word 文件的摘要", "digest of the English Word file"),
    "en.pdf": Text("英文 PDF 的摘要", "digest of the English PDF"),
    "zip": Text("数据包的摘要", "digest of the data pack"),
    **{part.key: part.title for part in PARTS},
}
describe_subject("report", Text("年度报告", "Yearly report"), FIELDS)
describe_verbs(
    {
        "published": Text("公布", "published"),
        "republished": Text("更正公布", "published anew"),
        "written": Text("撰写", "written"),
        "given_up": Text("放弃", "given up"),
    }
)


def title_of(name: Text, year: int) -> Text:
    return TITLE.format(name=name, year=year)


def names_of_reports(keys: set[str]) -> dict[str, Text]:
    """What the reports are called, one query for each kind of subject."""
    split = {key: key.split("/") for key in keys if key.count("/") == 2}
    of_kind = {about: {parts[1] for parts in split.values() if parts[0] == about} for about in About}
    names = {about.value: _names(about, wanted) for about, wanted in of_kind.items() if wanted}
    return {
        key: title_of(names[about].get(name, Text(name, name)), int(year))
        for key, (about, name, year) in split.items()
        if about in names
    }


def _names(about: About, keys: set[str]) -> dict[str, Text]:
    if about is About.YEAR:
        return dict.fromkeys(keys, THE_REGISTER)
    if about is not About.REGION:
        kind = "gi" if about is About.GI else "programme"
        return {
            subject.partition(":")[2]: name
            for subject, name in say_subjects(f"{kind}:{k}" for k in keys).items()
        }
    return {code: Text(r.name_zh, r.name_en) for code, r in regions_by_code(keys).items()}


name_subjects("report", names_of_reports)
link_subject("report", lambda key: f"/reports/{key}")
