"""Every address of this folder: naming the modules here attaches them to the blueprint."""

from guichet.web.registration import changes, checking, wizard

bp = wizard.bp
__all__ = ["bp", "changes", "checking"]
