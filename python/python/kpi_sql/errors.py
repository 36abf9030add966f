"""What can go wrong. Every message says what was expected, and a call that works."""


class Error(Exception):
    """Any error of the engine."""


class SettingError(Error, ValueError):
    """A setting of a session that cannot be: a size, a folder that is not there."""


class SqlSyntaxError(Error, ValueError):
    """SQL that cannot be read."""


class QueryError(Error, ValueError):
    """SQL that asks for what there is not: a column, a function, arguments of other types."""


class TableError(Error, LookupError):
    """A table that is not there, or that cannot be opened."""


class DataError(Error, ValueError):
    """What a query met while it ran, in its data for example."""


class ResourcesError(Error, MemoryError):
    """Not enough memory or disk; the message says for what, and what helps."""


class OutputError(Error, OSError):
    """A result that cannot be written to its place, or not in its format."""


class KpiWarning(UserWarning):
    """What a reader should know about a choice that was made for them."""
