"""What the divisions answer."""

from portal.api.shapes import ADCODE, NAME, NAME_WITH_PINYIN, either, fields, list_of, many, maybe

LEVELS = ("province", "prefecture", "county", "township")
REGION_FIELDS = {
    "adcode": ADCODE,
    "name": NAME_WITH_PINYIN,
    "level": either(*LEVELS),
    "parent": maybe(ADCODE, "the division it lies in; null for a province"),
}
REGIONS = list_of(fields(**REGION_FIELDS))
REGION_WITH_LINE = fields(
    **REGION_FIELDS,
    line=many(fields(adcode=ADCODE, name=NAME), "from the province down to itself"),
)
