"""One statement beside each address: what it may be asked and what it answers.

The statement is obeyed (unknown and wrong parameters are refused before the view runs), and it is the
source of the published description (openapi.py) and of the page that lets a reader try it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Response, g, request

from portal.accounts.visitor_views import keep_nowhere
from portal.api.limiting import api_limit
from portal.api.parameters import Misread, Parameter, one_of
from portal.lib.problems import NotFound, RuleBroken
from portal.lib.text import Text

Schema = dict[str, Any]
View = Callable[..., Response]
Parameters = Iterable[Parameter] | Callable[[], Iterable[Parameter]]

LANG = one_of("lang", Text("说明文字用哪种语言", "The language of messages"), ("zh", "en"))
REFUSED = Text("地址中的参数不正确", "A parameter in the address is not right")


@dataclass(frozen=True)
class Described:
    summary: Text
    answer: Schema
    parameters: Parameters
    path: tuple[Parameter, ...]
    detail: Text | None
    examples: tuple[str, ...]
    media: str
    refusals: tuple[int, ...]
    private: bool

    def asked_with(self) -> list[Parameter]:
        known = self.parameters() if callable(self.parameters) else self.parameters
        return [*known, LANG]


def described(
    summary: Text,
    answer: Schema,
    parameters: Parameters = (),
    path: Iterable[Parameter] = (),
    detail: Text | None = None,
    examples: Iterable[str] = (),
    media: str = "application/json",
    refusals: Iterable[int] = (),
    private: bool = False,
) -> Callable[[View], View]:
    """State what a view answers. `path` names the blanks of its address, `examples` are addresses
    that answer 200 on the shipped register; a test asks them all. What is `private` is each account's own,
    asked for with a token that reads."""
    said = Described(
        summary, answer, parameters, tuple(path), detail, tuple(examples), media, tuple(refusals), private
    )

    def mark(view: View) -> View:
        @wraps(view)
        def obeying(**blanks: object) -> Response:
            check_path(said.path, blanks)
            g.api_asked = read_all(said.asked_with())
            response = view(**blanks)
            return keep_nowhere(response) if said.private else response

        limited = api_limit(obeying)
        limited.described = said
        return limited

    return mark


def asked(name: str) -> Any:
    """What the address was asked with: the checked value, its default, or a list where it may repeat."""
    return g.api_asked[name]


def read_all(parameters: Iterable[Parameter]) -> dict[str, object]:
    """Every parameter read by its own statement; all that is wrong is refused at once, by name."""
    known = {parameter.name: parameter for parameter in parameters}
    faults = {name: _unknown(known) for name in request.args if name not in known}
    values = {}
    for name, parameter in known.items():
        try:
            values[name] = _value(parameter, request.args.getlist(name))
        except Misread as misread:
            faults[name] = misread.message
    if faults:
        raise RuleBroken(REFUSED, faults)
    return values


def _value(parameter: Parameter, typed: list[str]) -> object:
    if parameter.several:
        return [parameter.read(one) for one in typed if one]
    if not typed:
        if parameter.required:
            raise Misread(Text("必须给出", "Must be given"))
        return parameter.default
    if len(typed) > 1:
        raise Misread(Text("只能给出一次", "May be given once only"))
    return parameter.read(typed[0])


def _unknown(known: Iterable[str]) -> Text:
    names = [name for name in known if name != "lang"]
    if not names:
        return Text("这个地址不带参数", "This address takes no parameters")
    return Text(
        "这个地址不认识此参数；可用：" + "、".join(names),
        "Not known at this address; known: " + ", ".join(names),
    )


def check_path(path: Iterable[Parameter], blanks: dict[str, object]) -> None:
    """A blank that nothing can be called is simply not found."""
    for parameter in path:
        try:
            parameter.read(str(blanks[parameter.name]))
        except Misread:
            raise NotFound(Text("没有这个地址", "There is nothing at this address")) from None
