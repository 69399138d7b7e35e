"""`python -m guichet` is the command line."""

from guichet.cli import main

main()
