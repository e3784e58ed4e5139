"""What published yearly reports answer."""

from portal.api.shapes import ADCODE, HASH, NAME, either, fields, list_of, many, maybe, text, truth, whole
from portal.reports.rules import About

FILE = fields(url=text(format="uri"), digest=HASH, size=whole("bytes", minimum=0))
FILES = fields(docx=FILE, pdf=FILE, zip=FILE)
# Reports that were drawn before there were English files have none.
FILES["properties"] |= {"en.docx": FILE, "en.pdf": FILE}
ITEM = fields(
    about=either(*About, about="one GI, one demonstration zone, a division, or a year of the whole register"),
    key=text("of the GI, the zone, or the division; “all” for the whole register"),
    name=NAME,
    adcode=ADCODE,
    year=whole(),
    edition=whole("a correction is a new edition", minimum=1),
    digest=HASH,
    missing=whole("inputs that were missing", minimum=0),
    document_number=maybe(text()),
    remark=maybe(text("what a correction corrects")),
    published_at=text("UTC"),
    published_as=text("the office"),
    demo=truth("made-up data"),
    files=FILES,
    url=text("its page", format="uri"),
)
REPORTS = list_of(ITEM)
EDITIONS = fields(items=many(ITEM, "every edition, newest first"), version=whole(minimum=0))
