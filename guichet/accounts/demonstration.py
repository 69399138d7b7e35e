"""Calm: how the accounts of the demonstration are known. A real installation has none of them."""

DOMAIN = "demo.example"
"""Reserved for examples (RFC 2606): no mail ever leaves for it."""
PASSWORD = "petite enfance 71"  # noqa: S105 - shown on the screen of the demonstration, opens nothing else
