"""The shape of what an official types about producers and rosters; every limit is asked of the rules."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import Field, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from gi_data.cells import read_degrees, read_phone
from portal.fields import NEEDED, DayField, SelectField, at_most
from portal.lib.text import Text
from portal.lib.uscc import read_uscc
from portal.producers import rules
from portal.producers.rules import ProducerKind, Reason


def stripped(value: str | None) -> str | None:
    return value.strip() or None if value else None


def _sound_code(_form: FlaskForm, field: Field) -> None:
    reading = read_uscc(field.data)
    if reading.error is not None:
        raise ValidationError(reading.error)


def _sound_phone(_form: FlaskForm, field: Field) -> None:
    fault = read_phone(rules.PHONE_LONGEST)(field.data).fault
    if fault is not None:
        raise ValidationError(fault.message)


def _sound_degrees(_form: FlaskForm, field: Field) -> None:
    fault = read_degrees(field.data).fault
    if fault is not None:
        raise ValidationError(fault.message)


NAME = Text("名称", "Name")
KIND = Text("类型", "Kind")
PLACE = Text("所在地", "Place")
FROM = Text("列入日期", "On the roster from")
CODE_LONGEST = 60


class ProducerForm(FlaskForm):
    """A producer's own data; `version` is the state of the page somebody looked at."""

    version = HiddenField()
    uscc = StringField(
        Text("统一社会信用代码", "USCC"), [Optional(), at_most(CODE_LONGEST), _sound_code], filters=[stripped]
    )
    name = StringField(NAME, [NEEDED, at_most(rules.NAME_LONGEST)], filters=[stripped])
    kind = SelectField(
        KIND, [NEEDED], choices=[SelectChoice(k, text) for k, text in ProducerKind.words().items()]
    )
    place = StringField(PLACE, [NEEDED, at_most(80)], filters=[stripped])
    local_number = StringField(
        Text("本地编号", "Local number"),
        [Optional(), at_most(rules.LOCAL_NUMBER_LONGEST)],
        filters=[stripped],
    )
    contact = StringField(
        Text("联系人", "Contact"), [Optional(), at_most(rules.CONTACT_LONGEST)], filters=[stripped]
    )
    phone = StringField(Text("电话", "Telephone"), [Optional(), _sound_phone], filters=[stripped])
    address = StringField(
        Text("地址", "Address"), [Optional(), at_most(rules.ADDRESS_LONGEST)], filters=[stripped]
    )
    lon = StringField(Text("经度", "Longitude"), [Optional(), _sound_degrees], filters=[stripped])
    lat = StringField(Text("纬度", "Latitude"), [Optional(), _sound_degrees], filters=[stripped])
    consent_on = DayField(Text("同意公开姓名的日期", "Consent to publish the name"), [Optional()])


class LineForm(FlaskForm):
    """A line of a roster: where and since when, and why the producer is not authorised."""

    version = HiddenField()
    place = StringField(
        Text("在产地中的位置", "Place in the area"), [NEEDED, at_most(80)], filters=[stripped]
    )
    from_on = DayField(FROM, [NEEDED])
    ended_on = DayField(Text("离开日期", "Off the roster from"), [Optional()])
    reason = SelectField(
        Text("未用标原因", "Why not authorised"),
        [NEEDED],
        choices=[SelectChoice(r, text) for r, text in Reason.words().items()],
    )
    note = TextAreaField(Text("备注", "Note"), [Optional(), at_most(rules.NOTE_LONGEST)], filters=[stripped])


class EnrolForm(ProducerForm):
    """A new line together with its producer, who may be new as well."""

    from_on = DayField(FROM, [NEEDED])
    reason = LineForm.reason
    note = LineForm.note


class EndForm(FlaskForm):
    # It stands on one page with a LineForm, and no two elements may have one id.
    version = HiddenField(id="end-version")
    ended_on = DayField(
        Text("从哪天起离开名录", "Off the roster from"),
        [NEEDED],
        id="end-day",
    )


class UploadForm(FlaskForm):
    file = FileField(Text("表格文件", "Table"), [NEEDED])
    default_day = DayField(
        Text("没有写列入日期的行，从哪天算起", "For rows without a day, count from"), [NEEDED]
    )


class MemberForm(FlaskForm):
    member = StringField(
        Text("社员的代码或登记编号", "Code or number of the member"),
        [NEEDED, at_most(CODE_LONGEST)],
        filters=[stripped],
    )
    from_on = DayField(Text("加入日期", "Member from"), [NEEDED])


class AccountForm(FlaskForm):
    email = StringField(
        Text("代办人的登录邮箱", "E-mail of the account that acts for it"),
        [NEEDED, at_most(254)],
        filters=[stripped],
    )
