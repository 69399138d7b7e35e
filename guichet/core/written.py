"""A long statement kept as its text: what SQLAlchemy remembers of one weighs a megabyte, its text some kilobytes.

For the statements that a process writes once and keeps, with every value that changes a named parameter.
"""

from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Executable, Select, bindparam, column, text
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

# The parameters by their names, and no cast around them: `text` puts back those that a driver needs.
_PLAIN: dict[str, Dialect] = {
    "sqlite": SQLiteDialect(paramstyle="named"),
    "postgresql": PGDialect(paramstyle="named"),  # type: ignore[no-untyped-call]
}


def dialect_of(session: Session) -> str:
    """The name of the database's language: « sqlite » or « postgresql »."""
    return session.get_bind().dialect.name


def written(
    statement: Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]], dialect_name: str
) -> Executable:
    """The same statement as text, with the same columns and parameters; as it is when a list of it is empty."""
    compiled = statement.compile(dialect=_PLAIN[dialect_name])
    sql, parameters = str(compiled), list[BindParameter[Any]]()
    for known, name in compiled.bind_names.items():
        if not known.expanding:
            parameters.append(_named(name, known))
        elif known.value:
            each = {f"{name}_{index}": value for index, value in enumerate(known.value)}
            parameters += [bindparam(key, value, known.type) for key, value in each.items()]
            sql = sql.replace(f"(__[POSTCOMPILE_{name}])", f"({', '.join(f':{key}' for key in each)})")
        else:
            return statement
    columns = [column(one.name, one.type) for one in statement.selected_columns]
    return text(sql).bindparams(*parameters).columns(*columns)


def _named(name: str, known: BindParameter[Any]) -> BindParameter[Any]:
    if known.required:
        return bindparam(name, type_=known.type, required=True)
    return bindparam(name, known.effective_value, known.type)
