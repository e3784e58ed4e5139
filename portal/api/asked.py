"""Numbers asked for in the address of the API, within their limits."""

from flask import request

from portal.paging import whole_number


def number_asked(name: str, low: int, high: int, default: int) -> int:
    return whole_number(request.args.get(name, ""), name, low, high, default)
