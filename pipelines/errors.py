"""Errors that a user can mend: each says what was wrong, where, and what to do."""

from __future__ import annotations


class TaoxiError(Exception):
    """A message for people. The command line prints it without a traceback and ends with `exit_code`."""

    exit_code = 1

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        self.what, self.where, self.hint = what, where, hint
        super().__init__(": ".join(part for part in (where, what) if part) + (f"\n  {hint}" if hint else ""))


class ConfigurationError(TaoxiError):
    """A wrong argument, path, or line of a configuration file."""

    exit_code = 2


class LockedError(TaoxiError):
    """Another run holds the dataset."""

    exit_code = 4


class QualityError(TaoxiError):
    """Rows break a rule, or a score falls below its floor. `rules`: the names of rules that are broken."""

    exit_code = 3

    def __init__(
        self, what: str, *, where: str | None = None, hint: str | None = None, rules: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.rules = rules
