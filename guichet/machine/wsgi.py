"""What the web server loads: the application on the installation's database, hurrying Celery's workers."""

import os

from guichet.core import nudge
from guichet.core.db import make_database
from guichet.core.settings import Settings
from guichet.machine.memory import stay_small
from guichet.web.app import create_app
from workers.nudge import celery_nudge

settings = Settings.from_environment(os.environ)
nudge.bind(celery_nudge(settings.redis_url))
application = create_app(settings, make_database(settings.database_url))
stay_small()
