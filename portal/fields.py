"""Fields of forms that refuse in both languages, and what a rule found put beside them."""

from collections.abc import Callable, Iterable

import wtforms
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired, ValidationError

from portal.lib.clock import NOT_A_DAY
from portal.lib.problems import Problem
from portal.lib.text import Text

# The field says what it is: its label stands above this, and before it at the head of the form.
NEEDED = InputRequired(Text("请填写", "Please fill this in"))


def at_most(longest: int) -> Callable[[FlaskForm, wtforms.Field], None]:
    def check(_form: FlaskForm, field: wtforms.Field) -> None:
        if len(field.data or "") > longest:
            raise ValidationError(Text("最多 {n} 个字", "At most {n} characters").format(n=longest))

    return check


# The form macro knows a field by the name of its class, so these keep the names of WTForms.


class SelectField(wtforms.SelectField):
    """A list to choose from that refuses anything else."""

    def pre_validate(self, form: FlaskForm) -> None:
        _refuse_unknown([self.data], self)


class RadioField(wtforms.RadioField):
    def pre_validate(self, form: FlaskForm) -> None:
        _refuse_unknown([self.data], self)


class SelectMultipleField(wtforms.SelectMultipleField):
    def pre_validate(self, form: FlaskForm) -> None:
        _refuse_unknown(self.data or (), self)


def _refuse_unknown(chosen: Iterable[str], field: wtforms.SelectField) -> None:
    if not set(chosen) <= {value for value, *_ in field.iter_choices()}:
        raise ValidationError(Text("请从列表中选择", "Choose from the list"))


class DayField(wtforms.DateField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(NOT_A_DAY) from None


def faults_of(form: FlaskForm) -> dict[str, Text]:
    """What the fields themselves find wrong, to be said together with what else is."""
    return {} if form.validate() else {name: texts[0] for name, texts in form.errors.items() if name}


def show_faults(form: FlaskForm, problem: Problem) -> None:
    """Put what a rule found beside the fields it is about, and the rest at the top of the form."""
    left = [text for name, text in problem.fields.items() if name not in form._fields]
    for name, text in problem.fields.items():
        if name in form._fields and text not in form[name].errors:
            form[name].errors = [*form[name].errors, text]
    if left or not problem.fields:
        form.form_errors = [*form.form_errors, *(left or [problem.message])]
