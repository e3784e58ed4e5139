"""The log: entries, what is sealed beside them, the tree over the public ones, and its signed heads."""

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import db


class Entry(db.Model):
    """One line of the register. Triggers in the database refuse to change or remove it."""

    __tablename__ = "register_entry"

    n: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    time: Mapped[str] = mapped_column(String(27), index=True)
    actor: Mapped[str] = mapped_column(String(200))
    actor_account: Mapped[int | None]
    verb: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    changes: Mapped[str] = mapped_column(Text)
    public: Mapped[bool]
    sealed_digest: Mapped[str | None] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    leaf_index: Mapped[int | None] = mapped_column(unique=True)
    leaf_hash: Mapped[str | None] = mapped_column(String(64))


class SealedDetail(db.Model):
    """What an entry knows but does not tell: names of people, addresses, reasons given in confidence."""

    __tablename__ = "register_sealed"

    n: Mapped[int] = mapped_column(ForeignKey("register_entry.n"), primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(String(32))
    details: Mapped[str] = mapped_column(Text)


class TreeNode(db.Model):
    """The hash of one complete subtree of sixteen leaves or more; see edge.py."""

    __tablename__ = "register_node"

    height: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64))


class Head(db.Model):
    """A signed statement: at this size the tree had this root."""

    __tablename__ = "register_head"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root_hash: Mapped[str] = mapped_column(String(64))
    time: Mapped[str] = mapped_column(String(27))
    key_id: Mapped[str] = mapped_column(ForeignKey("register_key.key_id"))
    signature: Mapped[str] = mapped_column(String(100))


class Key(db.Model):
    """The public half of every key that ever signed, so that old signatures can still be checked."""

    __tablename__ = "register_key"

    key_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(64))
    since: Mapped[str] = mapped_column(String(27))


class End(db.Model):
    """Where the log ends: the single row that writers lock, and that tells the public version."""

    __tablename__ = "register_end"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    leaves: Mapped[int]
    public_n: Mapped[int]


class KindEnd(db.Model):
    """The newest public entry about each kind of object: lets a worker keep what only GIs change."""

    __tablename__ = "register_kind"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    n: Mapped[int]
