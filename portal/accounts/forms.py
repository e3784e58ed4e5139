"""The shape of what people type about themselves and others; every limit is asked of the rules."""

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from portal.accounts.rules import TOKEN_LONGEST_DAYS, TOKEN_NAME_LONGEST, Role, Scope
from portal.accounts.sign_in_rules import (
    EMAIL_LONGEST,
    NAME_LONGEST,
    ORGANISATION_LONGEST,
    PASSWORD_SHORTEST,
    password_fault,
)
from portal.fields import NEEDED, DayField, RadioField, SelectField, SelectMultipleField, at_most
from portal.lib.text import Text

LANGUAGE_CHOICES = [SelectChoice("zh", Text("中文", "Chinese")), SelectChoice("en", Text("英文", "English"))]
ROLE_CHOICES = [SelectChoice(role.value, role.text) for role in Role]


one_of_them = InputRequired(Text("请从列表中选择", "Choose from the list"))


def stripped(value: str | None) -> str | None:
    return value.strip() if value else value


EMAIL = Text("邮箱", "E-mail")
PASSWORD = Text("密码", "Password")
NEW_PASSWORD = Text("新密码", "New password")
PRESENT_PASSWORD = Text("现在的密码", "Present password")
CODE = Text("验证码", "Code")
AGAIN = Text("再输一次新密码", "New password again")
HOW_LONG = Text("至少 {n} 个字符，可以是一句话。", "At least {n} characters; a sentence will do.").format(
    n=PASSWORD_SHORTEST
)


class SignInForm(FlaskForm):
    email = StringField(EMAIL, [NEEDED, at_most(EMAIL_LONGEST)], filters=[stripped])
    password = PasswordField(PASSWORD, [NEEDED])
    next = HiddenField()


class CodeForm(FlaskForm):
    code = StringField(CODE, [NEEDED, at_most(40)], filters=[stripped])


class ReplaceFactorForm(CodeForm):
    """Whoever replaces a second factor shows once more that they know the password."""

    present = PasswordField(PRESENT_PASSWORD, [NEEDED])


class PresentPasswordForm(FlaskForm):
    present = PasswordField(PRESENT_PASSWORD, [NEEDED])


class AskResetForm(FlaskForm):
    email = StringField(EMAIL, [NEEDED, at_most(EMAIL_LONGEST)], filters=[stripped])


class NewPasswordForm(FlaskForm):
    """Twice, because nobody sees what they type; the browser's own keeper fills both."""

    password = PasswordField(NEW_PASSWORD, [NEEDED], description=HOW_LONG)
    again = PasswordField(AGAIN, [NEEDED])

    def validate_password(self, field: Field) -> None:
        """Said together with two that differ, so that one does not mend the one to hear of the other."""
        if fault := password_fault(field.data):
            raise ValidationError(fault)

    def validate_again(self, field: Field) -> None:
        if field.data != self.password.data:
            raise ValidationError(Text("两次输入不一样", "The two differ"))


class ChangePasswordForm(NewPasswordForm):
    present = PasswordField(PRESENT_PASSWORD, [NEEDED])


class LanguageForm(FlaskForm):
    language = RadioField(Text("邮件的语言", "Language of letters"), [one_of_them], choices=LANGUAGE_CHOICES)


class TokenForm(FlaskForm):
    name = StringField(
        Text("用途", "What for"),
        [NEEDED, at_most(TOKEN_NAME_LONGEST)],
        filters=[stripped],
    )
    scopes = SelectMultipleField(
        Text("范围", "Scopes"), [InputRequired(Text("至少选一项", "Choose at least one"))]
    )
    expires_on = DayField(
        Text("到期日", "Last day"),
        [NEEDED],
        description=Text("最长 {n} 天。", "At most {n} days.").format(n=TOKEN_LONGEST_DAYS),
    )

    def offer(self, scopes: tuple[Scope, ...]) -> None:
        self.scopes.choices = [SelectChoice(scope.value, scope.text) for scope in scopes]


class PersonForm(FlaskForm):
    """What an administrator says of somebody; `version` is the state of the page they looked at."""

    name = StringField(Text("姓名", "Name"), [NEEDED, at_most(NAME_LONGEST)], filters=[stripped])
    role = SelectField(Text("身份", "Role"), [one_of_them], choices=ROLE_CHOICES)
    region = StringField(Text("地区", "Region"), [NEEDED, at_most(60)], filters=[stripped])
    organisation = StringField(
        Text("单位", "Organisation"), [at_most(ORGANISATION_LONGEST)], filters=[stripped]
    )
    version = HiddenField()


class InviteForm(PersonForm):
    email = StringField(EMAIL, [NEEDED, at_most(EMAIL_LONGEST)], filters=[stripped])
    language = SelectField(
        Text("邀请信的语言", "Language of the letter"), [one_of_them], choices=LANGUAGE_CHOICES
    )
