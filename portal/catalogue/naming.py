"""What GIs and documents are called where the log speaks of them."""

from sqlalchemy import select

from portal.catalogue.models import Document, Indication
from portal.db import db
from portal.lib.text import Text
from portal.register.words import name_subjects


def names_of_indications(slugs: set[str]) -> dict[str, Text]:
    columns = (Indication.slug, Indication.name_zh, Indication.name_en)
    rows = db.session.execute(select(*columns).where(Indication.slug.in_(slugs)))
    return {slug: Text(name_zh, name_en) for slug, name_zh, name_en in rows}


def titles_of_documents(ids: set[str]) -> dict[str, Text]:
    rows = db.session.execute(select(Document.id, Document.facts).where(Document.id.in_(ids)))
    return {key: Text(**facts["title"]) for key, facts in rows}


name_subjects("gi", names_of_indications)
name_subjects("document", titles_of_documents)
