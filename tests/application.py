"""The application of the tests: built once a process, since it is the same whatever the database.

Each test has its own settings, database and memory of what was read: everything a process keeps of them is in
`app.extensions`. A test that adds a page or reads other settings at the start makes its own with `create_app`.
"""

import copy
from pathlib import Path

from flask import Flask

from guichet.core.db import Database
from guichet.core.settings import Settings
from guichet.web.app import create_app

_models: list[Flask] = []


def application(database: Database, home: Path) -> Flask:
    """The application in front of this database."""
    settings = Settings.from_environment(
        {
            "GUICHET_HOME": str(home),
            "DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
            "GUICHET_DEMO": "1",
            "GUICHET_SECRET": "s" * 40,
        }
    )
    if not _models:
        _models.append(create_app(settings, database))
    model = _models[0]
    made = copy.copy(model)
    made.config = copy.copy(model.config)
    made.extensions = {**model.extensions, "guichet.settings": settings, "guichet.database": database}
    return made
