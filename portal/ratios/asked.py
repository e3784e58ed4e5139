"""What an address about shares may ask for; what it cannot mean is refused by name."""

from collections.abc import Mapping

from flask import request

from portal.accounts.rules import is_adcode
from portal.lib.problems import RuleBroken
from portal.lib.text import Text
from portal.ratios.rules import Outcome

WRONG = Text("地址中的参数不正确", "A parameter in the address is not right")


def outcome_asked() -> Outcome | None:
    typed = request.args.get("outcome", "")
    if not typed:
        return None
    try:
        return Outcome(typed)
    except ValueError:
        known = ", ".join(Outcome)
        raise RuleBroken(WRONG, {"outcome": Text(f"应为：{known}", f"Must be one of: {known}")}) from None


def region_asked() -> str:
    return read_adcode(request.args, "region")


def zone_asked() -> str:
    return read_adcode(request.args, "zone")


def read_adcode(typed_in: Mapping[str, str], name: str) -> str:
    typed = typed_in.get(name, "")
    if typed and not is_adcode(typed):
        raise RuleBroken(
            WRONG, {name: Text("应为 6 或 9 位区划代码", "Must be a division code of 6 or 9 digits")}
        )
    return typed
