"""Addresses whose builders are compiled once for all applications of a test run.

Werkzeug writes and compiles two functions for each address whenever an application is made: nine tenths of
the making, and the tests make thousands. The functions take what differs from their rule.
"""

from collections.abc import Callable
from functools import cache

from werkzeug.routing import Rule


class RuleCompiledOnce(Rule):
    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        return _builder(tuple(self._trace), append_unknown, self.rule)


@cache
def _builder(trace: tuple[tuple[bool, str], ...], append_unknown: bool, rule: str) -> Callable:
    model = Rule(rule)
    model._trace = list(trace)
    return model._compile_builder(append_unknown)
