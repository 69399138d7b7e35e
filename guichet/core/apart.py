"""Has what comes from outside read by another process, with little time and memory: it may be hostile.

The packages that read it stay out of the process that asks, and the child is told nothing of the installation.
"""

import os
import resource
import subprocess
import sys

NEEDED = ("PATH", "PYTHONPATH", "LANG")
"""All of the environment that a child is given: neither the secret nor the address of the database."""


class SpentError(Exception):
    """The child took too long, needed too much memory, or died."""


def answer_of(module: str, content: bytes, *, wall_s: float) -> bytes:
    """What `python -m module` writes when it reads `content`. Raises SpentError."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", module],
            input=content,
            capture_output=True,
            timeout=wall_s,
            check=False,
            env={name: os.environ[name] for name in NEEDED if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        raise SpentError from None
    if done.returncode:
        raise SpentError
    return done.stdout


def limit_oneself(*, processor_s: int, memory_bytes: int) -> None:
    """What a child does first: little time, little memory, and no file written."""
    resource.setrlimit(resource.RLIMIT_CPU, (processor_s, processor_s))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
