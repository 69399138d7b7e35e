"""What the web server loads: the application on the installation's database, hurrying the workers."""

import os

from sqlalchemy.orm import configure_mappers

from guichet.core import nudge
from guichet.core.db import make_database
from guichet.core.settings import Settings
from guichet.machine.memory import stay_small
from guichet.web.app import create_app
from workers.nudge import redis_nudge

settings = Settings.from_environment(os.environ)
nudge.bind(redis_nudge(settings.redis_url))
application = create_app(settings, make_database(settings.database_url))
# Here rather than at the first page of each process: what is made before the fork is made once.
configure_mappers()
stay_small()
