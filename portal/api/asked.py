"""What every API address does with its parameters: unknown ones are refused, numbers are checked."""

from flask import request

from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.paging import whole_number


def allow_only(*names: str) -> None:
    """Refuse a parameter this address does not know: a typing error must not look like an answer."""
    unknown = [name for name in request.args if name not in (*names, "lang")]
    if unknown:
        raise RuleBroken(
            Text("有不认识的参数", "There are unknown parameters"),
            {
                name: Text(
                    "这个地址不认识此参数；可用：" + "、".join(names),
                    "Not known at this address; known: " + ", ".join(names),
                )
                for name in unknown
            },
        )


def number_asked(name: str, low: int, high: int, default: int) -> int:
    return whole_number(request.args.get(name, ""), name, low, high, default)


def required_number(name: str, low: int, high: int) -> int:
    if name not in request.args:
        raise RuleBroken(
            Text("缺少必需的参数", "A required parameter is missing"),
            {name: Text("必须给出", "Must be given")},
        )
    return number_asked(name, low, high, low)
