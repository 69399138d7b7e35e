"""A visitor of the pages: follows forms with their tokens, refuses broken HTML, counts SQL statements."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from guichet.accounts.passwords import hashed
from guichet.core.db import Database
from tests.web import markup

PASSWORD = "correct cheval batterie"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_hashed: list[str] = []


class Visitor:
    """One browser without a screen."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.client = app.test_client()
        self.database = database
        self.last: TestResponse | None = None

    def get(self, url: str, *, status: int = 200) -> str:
        """Open a page, follow redirections, and give its HTML."""
        return self._read(self.client.get(url, follow_redirects=True), status)

    def post(
        self, url: str, data: dict[str, Any] | None = None, *, status: int = 200, follow: bool = True
    ) -> str:
        """Send a form with the token of the page seen before."""
        token = TOKEN.search(self.last.get_data(as_text=True)) if self.last else None
        fields = {"csrf_token": token[1] if token else "", **(data or {})}
        return self._read(self.client.post(url, data=fields, follow_redirects=follow), status)

    def sign_in(self, email: str) -> str:
        """Open a session; every account made by `with_password` has the same password."""
        self.get("/connexion")
        return self.post("/connexion", {"email": email, "password": PASSWORD})

    @property
    def path(self) -> str:
        """Where the last page is."""
        assert self.last is not None
        return self.last.request.path

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        """The SQL statements of what is done inside; transactions' own words are not counted."""
        seen: list[str] = []

        def _note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT", "PRAGMA")):
                seen.append(statement)

        event.listen(self.database.engine, "before_cursor_execute", _note)
        try:
            yield seen
        finally:
            event.remove(self.database.engine, "before_cursor_execute", _note)

    def _read(self, response: TestResponse, status: int) -> str:
        self.last = response
        html = response.get_data(as_text=True)
        assert response.status_code == status, (
            f"{response.status_code} for {response.request.path}\n{html[:3000]}"
        )
        if response.mimetype == "text/html" and html:
            markup.read(html)
        return html


def with_password() -> str:
    """The stored form of PASSWORD, computed once."""
    if not _hashed:
        _hashed.append(hashed(PASSWORD))
    return _hashed[0]
