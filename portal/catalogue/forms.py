"""The shape of what people type about records; every limit is asked of the rules."""

from collections.abc import Callable

import wtforms
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from portal.catalogue.correction_rules import (
    ANSWER_LONGEST,
    CONTACT_LONGEST,
    EVIDENCE_LONGEST,
    MESSAGE_LONGEST,
    MESSAGE_SHORTEST,
)
from portal.lib.text import Text

CHOOSE = Text("请选择", "Choose one")
NONE_YET = SelectChoice("", CHOOSE)


def between(shortest: int, longest: int) -> Callable[[FlaskForm, Field], None]:
    def check(_form: FlaskForm, field: Field) -> None:
        length = len(field.data or "")
        if length < shortest:
            raise ValidationError(
                Text(
                    "至少写 {n} 个字，让人看得懂哪里有误",
                    "At least {n} characters, so that it can be understood",
                ).format(n=shortest)
            )
        if length > longest:
            raise ValidationError(
                Text("最多 {n} 个字，现在有 {m} 个", "At most {n} characters; this has {m}").format(
                    n=longest, m=length
                )
            )

    return check


def stripped(value: str | None) -> str | None:
    return value.strip().replace("\r\n", "\n") if value else value


# The form macro knows a field by the name of its class, so this keeps the name of WTForms.


class SelectField(wtforms.SelectField):
    """A list to choose from that refuses anything else in both languages."""

    def pre_validate(self, form: FlaskForm) -> None:
        if not self.data or self.data not in {choice.value for choice in self.iter_choices()}:
            raise ValidationError(CHOOSE)


class CorrectionForm(FlaskForm):
    part = SelectField(
        Text("哪一部分有误", "Which part is wrong"),
        [InputRequired(CHOOSE)],
        choices=[NONE_YET],
    )
    message = TextAreaField(
        Text("应该是怎样", "What it should say"),
        [
            InputRequired(Text("请写明哪里有误", "Say what is wrong")),
            between(MESSAGE_SHORTEST, MESSAGE_LONGEST),
        ],
        filters=[stripped],
    )
    evidence = TextAreaField(
        Text("依据（文件名、文号或网址）", "Evidence (document, number or address)"),
        [between(0, EVIDENCE_LONGEST)],
        filters=[stripped],
    )
    contact = StringField(
        Text("联系方式", "How to reach you"), [between(0, CONTACT_LONGEST)], filters=[stripped]
    )
    opened = HiddenField()
    homepage = StringField(Text("请留空", "Leave this empty"))


class MissingForm(CorrectionForm):
    """The same for a GI that the catalogue does not have."""

    part = None
    region = SelectField(Text("在哪个省份", "In which province"), [InputRequired(CHOOSE)], choices=[NONE_YET])
    message = TextAreaField(
        Text("缺了什么", "What is missing"),
        [
            InputRequired(Text("请写明缺了什么", "Say what is missing")),
            between(MESSAGE_SHORTEST, MESSAGE_LONGEST),
        ],
        filters=[stripped],
    )


class AnswerForm(FlaskForm):
    outcome = RadioField(
        Text("结果", "Outcome"),
        [InputRequired(CHOOSE)],
        choices=[
            SelectChoice("accepted", Text("采纳：记录将更正", "Accepted: the record will be corrected")),
            SelectChoice("declined", Text("不采纳", "Not accepted")),
        ],
        validate_choice=False,
    )
    answer = TextAreaField(
        Text("答复（公开）", "Answer (public)"),
        [InputRequired(Text("请写明理由", "Give the reasons")), between(MESSAGE_SHORTEST, ANSWER_LONGEST)],
        filters=[stripped],
    )
    version = HiddenField()
