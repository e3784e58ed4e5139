"""A list as every address of the API that has pages answers it, with the version it is of."""

from collections.abc import Callable, Sequence

from flask import Response, jsonify

from portal.paging import Page
from portal.register.queries import public_version


def listed(items: Sequence[object], total: int, page: int, per_page: int) -> Response:
    return jsonify(total=total, page=page, per_page=per_page, items=items, version=public_version())


def page_listed(found: Page, told: Callable[[object], object]) -> Response:
    return listed([told(one) for one in found.items], found.total, found.number, found.per_page)
