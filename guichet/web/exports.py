"""Lists as files a spreadsheet opens: UTF-8 with its mark, semicolons, French dates, nothing that computes."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from flask import Response, stream_with_context

from guichet.core import french

COMPUTES = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula at the beginning of a cell."""


def csv_response(filename: str, head: Iterable[str], rows: Iterable[Iterable[object]]) -> Response:
    """Send rows as they are read, so that a long list holds no memory."""
    return Response(
        stream_with_context(_written(head, rows)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "no-store"},
    )


def cell(value: object) -> str:
    """A value as French people read it; a text that a spreadsheet would compute stays text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return french.short_at(value)
    if isinstance(value, date):
        return french.short_date(value)
    text = str(value)
    return f"'{text}" if text.startswith(COMPUTES) and not isinstance(value, int) else text


def _written(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    kept = io.StringIO()
    writer = csv.writer(kept, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    yield b"\xef\xbb\xbf" + _taken(kept)
    for row in rows:
        writer.writerow([cell(value) for value in row])
        if kept.tell() > 32_768:
            yield _taken(kept)
    yield _taken(kept)


def _taken(kept: io.StringIO) -> bytes:
    text = kept.getvalue()
    kept.seek(0)
    kept.truncate()
    return text.encode()
