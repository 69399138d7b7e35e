"""How long a worker holds a letter while it leaves."""

from datetime import timedelta

from guichet.notifications.mailer import CONVERSATION_S

WRITING_S = 20.0
"""How long the answer of the mail server may take to be written: relay.py insists for 15 s while the database restarts."""
LEASE = timedelta(seconds=CONVERSATION_S + WRITING_S)
"""The slowest conversation about one letter, and the writing of its end; renewed while a batch lasts.

As short as can be: a letter that was leaving when its container was replaced waits for the end of its lease,
since nobody on another machine can tell that its worker is gone. Shorter, two workers could send it.
"""
