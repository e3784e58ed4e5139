"""Parts of an application that are the same for all applications of a test run, and made for the first only.

The tests make thousands of applications. Nine tenths of the making is Werkzeug, which writes and compiles two
functions for each address; a fifth of what a page then takes is SQLAlchemy, which turns each statement into
text once for every engine.
"""

from flask import Flask
from sqlalchemy import Engine
from werkzeug.routing import Rule

from portal.db import db


def make_once() -> None:
    Flask.url_rule_class = _RuleCompiledOnce
    make, engines = db._make_engine, {}

    def make_engine(bind_key: str | None, options: dict[str, object], app: Flask) -> Engine:
        """The engine that an earlier test had for this database; it ended all its connections."""
        key = repr((bind_key, sorted(options.items(), key=str)))
        if key not in engines:
            engines[key] = make(bind_key, options, app)
        return engines[key]

    db._make_engine = make_engine


_compiled: dict[tuple, Rule] = {}


class _RuleCompiledOnce(Rule):
    """The functions and patterns of a rule take what differs from the rule they are asked through."""

    def compile(self) -> None:
        key = (self.rule, self.subdomain, self.host, self.merge_slashes, repr(self.defaults))
        if key not in _compiled:
            super().compile()
            _compiled[key] = self
            return
        known = _compiled[key]
        self._parts, self._trace, self._converters = known._parts, known._trace, known._converters
        self.arguments = known.arguments
        self._build = known._build.__func__.__get__(self, None)
        self._build_unknown = known._build_unknown.__func__.__get__(self, None)
