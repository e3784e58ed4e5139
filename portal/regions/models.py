"""The divisions of the country, from province to township."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import db


class Region(db.Model):
    adcode: Mapped[str] = mapped_column(String(9), primary_key=True)
    level: Mapped[str] = mapped_column(String(10))
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(120))
    pinyin: Mapped[str] = mapped_column(String(120))
    initials: Mapped[str] = mapped_column(String(40))
    parent: Mapped[str | None] = mapped_column(ForeignKey("region.adcode"), index=True)

    @property
    def name(self) -> dict[str, str]:
        return {"zh": self.name_zh, "en": self.name_en}
