"""What an official fills in about an actual value, a stage, a contact, or a new station or project."""

from dataclasses import replace

from portal.lib.text import Text
from portal.proposals.office_places import OFFERED_BY
from portal.proposals.sections import NOTE, Part
from portal.targets.programme_rules import PROGRAMME_NAMES, Proof, Stage

ACTUAL = (
    Part(
        "on",
        Text("数字截至", "As of"),
        "full_day",
        True,
        hint=Text("写到日，如 2025-12-31", "To the day, such as 2025-12-31"),
        past=True,
    ),
    Part(
        "value",
        Text("实际数", "Actual value"),
        "number",
        required=True,
        longest=24,
    ),
    NOTE,
)


def actual_in(unit: Text | None) -> tuple[Part, ...]:
    """An actual value is counted in the unit of its indicator."""
    return tuple(replace(part, unit=unit) if part.name == "value" else part for part in ACTUAL)


STAGE = (
    Part(
        "stage",
        Text("阶段", "Stage"),
        "choice",
        True,
        options=lambda: list(Stage.words().items()),
    ),
    Part(
        "date",
        Text("日期", "Date"),
        "day",
        hint=Text("2025、2025-12 或 2025-12-04", "2025, 2025-12 or 2025-12-04"),
    ),
    Part("number", Text("文号", "Number of the paper"), longest=80),
    Part(
        "due",
        Text("文件规定的下一个期限", "Next deadline set by the document"),
        "day",
        hint=Text("文件没有写就空着", "Leave it empty where the document sets none"),
    ),
    Part("note", Text("说明", "Note"), "words", True, rows=3, longest=1200),
)
PROOF = (
    Part(
        "kind",
        Text("证明什么", "What it proves"),
        "choice",
        True,
        options=lambda: list(Proof.words().items()),
    ),
    Part(
        "date",
        Text("日期", "Day"),
        "full_day",
        True,
        hint=Text(
            "文件、事件或查证的日期，写到日",
            "Of the document, of the event, or when somebody looked; to the day",
        ),
        past=True,
    ),
    Part("number", Text("文号", "Number of the paper"), longest=80),
    Part(
        "note",
        Text("说明", "In words"),
        "words",
        True,
        rows=3,
        longest=600,
        hint=Text(
            "文件名称、发生了什么，或查证了哪些公开渠道",
            "Name of the document, what happened, or which public channels were searched",
        ),
    ),
)
CONTACT = (Part("contact", Text("地址和联系方式", "Address and contact"), "words", True, longest=300),)
NEW_PROGRAMME = (
    Part("kind", Text("种类", "Kind"), "choice", True, options=lambda: list(PROGRAMME_NAMES.items())),
    Part("name", Text("名称", "Name"), "words", True),
    Part(
        "place",
        Text("所在地", "Where it is"),
        required=True,
        longest=80,
        hint=Text(
            "写县、区、旗或乡镇的名称，从列出的里面选", "Type the name of a county or township and choose it"
        ),
        offered_by=OFFERED_BY,
    ),
    *STAGE,
)
