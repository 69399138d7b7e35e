"""How the workers and the clock come back to Redis: alone, Celery would wait up to thirty seconds more."""

from typing import Any

from celery.app.amqp import AMQP
from kombu import Connection

WAITS = {"interval_start": 1, "interval_step": 1, "interval_max": 3}
"""Seconds before the first new attempt, added at each, and at most."""


class PromptConnection(Connection):
    """Tries again every three seconds at most, however long Redis was away."""

    def ensure_connection(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - the library's signature
        """As the library does, with shorter waits."""
        return super().ensure_connection(*args, **(WAITS | options))


class PromptAMQP(AMQP):
    """Celery's messaging over prompt connections."""

    Connection = PromptConnection
