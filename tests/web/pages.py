"""A visitor of the pages: follows forms with their tokens, refuses broken HTML, counts SQL statements."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from guichet.accounts import signing_in
from guichet.core import clock, journal
from guichet.core.db import Database
from guichet.core.typography import NBSP
from guichet.web import auth, door
from tests.web import markup

PASSWORD = "correct cheval batterie"
ADDRESS = "127.0.0.1"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_hashed: list[str] = []


class Page(str):
    """The HTML of a page. `in` looks for words, whichever spaces part them: test_typography.py is about those."""

    __slots__ = ()

    def __contains__(self, words: object) -> bool:
        return str(words).replace(NBSP, " ") in self.replace(NBSP, " ")


class Visitor:
    """One browser without a screen."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.client = app.test_client()
        self.database = database
        self._last: TestResponse | None = None
        self._has_entered = False

    @property
    def last(self) -> TestResponse | None:
        """The last page; after `enter`, the one a sign-in leads to."""
        if self._last is None and self._has_entered:
            self.get("/")
        return self._last

    def get(self, url: str, *, status: int = 200) -> Page:
        """Open a page, follow redirections, and give its HTML."""
        return self._read(self.client.get(url, follow_redirects=True), status)

    def post(
        self, url: str, data: dict[str, Any] | None = None, *, status: int = 200, follow: bool = True
    ) -> Page:
        """Send a form with the token of the page seen before."""
        token = TOKEN.search(self.last.get_data(as_text=True)) if self.last else None
        fields = {"csrf_token": token[1] if token else "", **(data or {})}
        return self._read(self.client.post(url, data=fields, follow_redirects=follow), status)

    def sign_in(self, email: str) -> Page:
        """Open a session; every account made by `with_password` has the same password."""
        self.get("/connexion")
        return self.post("/connexion", {"email": email, "password": PASSWORD})

    def enter(self, email: str) -> None:
        """What the pages of the sign-in do, which have their own tests: the same action, trace and cookie."""
        with self.database.transaction() as session:
            at = clock.now()
            token, person = signing_in.sign_in(session, email, PASSWORD, ADDRESS, at=at)
            journal.trace(session, "sign_in", "account", person.user_id, actor=person, at=at, detail=ADDRESS)
        with self.client.session_transaction() as cookie:
            cookie.clear()
            cookie[auth.TOKEN] = token
        self._last, self._has_entered = None, True
        # The first page of a sign-in reads them for the pages after it.
        with self.client.application.test_request_context():
            door.catalogue(), door.delays()

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

    def _read(self, response: TestResponse, status: int) -> Page:
        self._last = response
        html = Page(response.get_data(as_text=True))
        assert response.status_code == status, (
            f"{response.status_code} for {response.request.path}\n{html[:3000]}"
        )
        if response.mimetype == "text/html" and html:
            markup.read(html)
        return html


def with_password() -> str:
    """A stored form of PASSWORD, made once and cheap to check."""
    if not _hashed:
        _hashed.append(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))
    return _hashed[0]
