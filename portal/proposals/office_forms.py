"""Forms for the parts of a record, made from portal/proposals/sections.py: shape only, in both languages."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

import wtforms
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from portal.catalogue.rules import SUPPORT_NAMES
from portal.catalogue.vocabulary import vocabulary
from portal.fields import NEEDED, faults_of
from portal.lib.clock import today
from portal.lib.problems import DAY_AHEAD, Problem, RuleBroken
from portal.lib.quantity import BELOW_ZERO, read_number
from portal.lib.text import Text
from portal.proposals.sections import Part

CHOOSE = Text("请选择", "choose")
NOT_SAID = Text("未说明", "not said")
BOTH_LANGUAGES = Text("中文和英文要么都填，要么都不填", "Fill in both languages, or neither")
IN = {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")}
NOT_STORED = Text("还没有存进草稿，请看标出的地方", "Not in the draft yet; see what is marked")


class SelectField(wtforms.SelectField):
    """A list to choose from that refuses anything else in both languages."""

    def pre_validate(self, form: FlaskForm) -> None:
        if (self.data or "") not in {value for value, *_ in self.iter_choices()}:
            raise ValidationError(Text("请从列表中选择", "Choose from the list"))


class SelectMultipleField(wtforms.SelectMultipleField):
    def pre_validate(self, form: FlaskForm) -> None:
        if not set(self.data or ()) <= {value for value, *_ in self.iter_choices()}:
            raise ValidationError(Text("请从列表中选择", "Choose from the list"))


def offered(pairs: Iterable[tuple[str, Text]]) -> list[SelectChoice]:
    """Choices as WTForms wants them."""
    return [SelectChoice(str(value), text) for value, text in pairs]


class RecordForm(FlaskForm):
    """`seen` tells which state of the item the person looked at."""

    seen = HiddenField()


def stripped(value: str | None) -> str | None:
    return value.strip() if value else value


@lru_cache(maxsize=64)
def form_class(parts: tuple[Part, ...], sourced: bool = False) -> type[RecordForm]:
    """A form with these parts; the same parts give the same class."""
    fields: dict[str, object] = {}
    for part in parts:
        fields.update(_fields_of(part))
    if sourced:
        fields.update(_source_fields())
    return type("SectionForm", (RecordForm,), fields)


def _fields_of(part: Part) -> dict[str, wtforms.Field]:
    checks = [NEEDED] if part.required else []
    if part.kind == "choice":
        first = (
            []
            if part.required and part.name == "comparator"
            else [("", CHOOSE if part.required else NOT_SAID)]
        )
        return {part.name: SelectField(part.text, checks, choices=offered([*first, *part.options()]))}
    if part.kind == "words":
        long = wtforms.TextAreaField if part.rows > 2 else StringField
        return {
            f"{part.name}_{language}": long(
                Text(f"{part.text.zh}（{said.zh}）", f"{part.text.en} ({said.en})"),
                checks,
                filters=[stripped],
            )
            for language, said in IN.items()
        }
    area = part.kind == "lines"
    return {part.name: (TextAreaField if area else StringField)(part.text, checks, filters=[stripped])}


SUPPORT_CHOICES = offered([("", Text("与所选资料相同", "as the document chosen")), *SUPPORT_NAMES.items()])
DOCUMENT_PARTS = (
    Part("title", Text("标题", "Title"), "words", longest=300),
    Part("kind", Text("资料种类", "Kind of document"), "choice", options=lambda: list(SUPPORT_NAMES.items())),
    Part("issuer", Text("发布机关", "Issuer"), "words"),
    Part("number", Text("文号", "Number"), longest=80),
    Part("date", Text("日期", "Date"), "day"),
    Part("address", Text("网址或存放处", "Address or where it is kept"), longest=300),
)


def _source_fields() -> dict[str, wtforms.Field]:
    fields: dict[str, wtforms.Field] = {
        "sources": SelectMultipleField(
            Text("本记录已引用的资料", "Documents this record rests on"), choices=[]
        ),
        "source_more": StringField(
            Text("其他已登记的资料", "Another document of the register"), filters=[stripped]
        ),
        "support": SelectField(Text("证据程度", "Kind of support"), choices=SUPPORT_CHOICES),
    }
    for part in DOCUMENT_PARTS:
        for name, field in _fields_of(part).items():
            fields[f"document_{name}"] = field
    return fields


# ---- facts into a form


def filled(parts: Iterable[Part], value: Mapping[str, object] | None) -> dict[str, object]:
    """What a form shows for a fact."""
    shown: dict[str, object] = {}
    for part in parts:
        said = (value or {}).get(part.name)
        if part.kind == "words":
            shown |= {f"{part.name}_{lang}": (said or {}).get(lang, "") for lang in IN}
        elif part.kind == "lines":
            shown[part.name] = "\n".join(said or [])
        else:
            shown[part.name] = said or ""
    return shown


# ---- a form into facts


def read_parts(form: FlaskForm, parts: Iterable[Part], prefix: str = "") -> dict[str, object]:
    """The facts that were typed; what was left empty is left out. Raises RuleBroken naming each field, those
    that the form itself finds wrong with the others."""
    facts: dict[str, object] = {}
    faults = faults_of(form)
    for part in parts:
        try:
            value = _read(form, part, prefix + part.name)
        except RuleBroken as problem:
            faults = problem.fields | faults
        else:
            if value:
                facts[part.name] = value
    if faults:
        raise RuleBroken(NOT_STORED, faults)
    return facts


def _read(form: FlaskForm, part: Part, name: str) -> object:
    if part.kind == "words":
        return _read_words(form, part, name)
    typed = form[name].data or ""
    if part.kind == "lines":
        return [line.strip() for line in typed.splitlines() if line.strip()]
    if part.kind == "day":
        return partial_day(typed, name)
    if part.kind == "full_day":
        return _not_ahead(full_day(typed, name), name) if part.past else full_day(typed, name)
    _check_length(typed, part, name)
    return _read_number(form, part, name, typed) if part.kind == "number" else typed


def _read_number(form: FlaskForm, part: Part, name: str, typed: str) -> str:
    """Exact decimal text: １，２００．５ → 1200.5."""
    number, fault = read_number(typed, part.unit or _unit_chosen(form))
    if number is not None and number < 0:
        fault = BELOW_ZERO
    if fault:
        raise RuleBroken(fault, {name: fault})
    return "" if number is None else f"{number:f}"


def _unit_chosen(form: FlaskForm) -> Text | None:
    return vocabulary().units.get(form.unit.data) if "unit" in form._fields else None


def _read_words(form: FlaskForm, part: Part, name: str) -> dict[str, str] | None:
    said = {language: form[f"{name}_{language}"].data or "" for language in IN}
    for language, words in said.items():
        _check_length(words, part, f"{name}_{language}")
        if not words and any(said.values()):
            raise RuleBroken(BOTH_LANGUAGES, {f"{name}_{language}": BOTH_LANGUAGES})
    return said if all(said.values()) else None


def _check_length(typed: str, part: Part, name: str) -> None:
    if len(typed) > part.longest:
        text = Text("最多 {n} 个字", "At most {n} characters").format(n=part.longest)
        raise RuleBroken(text, {name: text})


DAY = re.compile(r"^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2}))?)?[年月日]?$")


def partial_day(typed: str, name: str = "date") -> str | None:
    """2017年1月10日, 2017/1/10, 2017-01 and 2017 as the register writes them; nothing stays nothing."""
    plain = unicodedata.normalize("NFKC", typed).replace(" ", "")
    if not plain:
        return None
    found = DAY.match(plain)
    if found is None:
        text = Text("日期写作 2017-01-10、2017-01 或 2017", "Write the date as 2017-01-10, 2017-01 or 2017")
        raise RuleBroken(text, {name: text})
    return "-".join(part.zfill(2) for part in found.groups() if part)


def full_day(typed: str, name: str) -> str | None:
    """A day given to the day: a decision takes effect on one day."""
    try:
        day = partial_day(typed, name)
    except RuleBroken:
        day = ""
    if day is None or len(day) == len("2026-11-20"):
        return day
    text = Text("请写到日，如 2026-11-20", "Give it to the day, such as 2026-11-20")
    raise RuleBroken(text, {name: text})


def _not_ahead(day: str | None, name: str) -> str | None:
    if day and day > today().isoformat():
        raise RuleBroken(DAY_AHEAD, {name: DAY_AHEAD})
    return day


def show_problem(form: FlaskForm, problem: Problem, prefix: str = "") -> None:
    """Put what a rule found beside its field. `prefix` is where the item stands in the record
    (`figures[2].`); a place inside a field (`note.en`, `sources[0]`) is shown at that field."""
    left = []
    for place, text in problem.fields.items():
        name = _field_for(form, place.removeprefix(prefix))
        if name is None:
            left.append(text)
        elif text not in form[name].errors:
            form[name].errors = [*form[name].errors, text]
    if left or not problem.fields:
        form.form_errors = [*form.form_errors, *(left or [problem.message])]


def _field_for(form: FlaskForm, place: str) -> str | None:
    plain = place.replace(".", "_").partition("[")[0]
    for name in (plain, f"{plain}_zh", plain.replace("documents_", "document_"), plain.rpartition("_")[0]):
        if name in form._fields and name:
            return name
    return None
