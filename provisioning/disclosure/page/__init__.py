"""The review report: one self-contained HTML page without scripts, network or outside resources."""

from provisioning.disclosure.page.page import Heading, render
from provisioning.disclosure.page.sections import Context

__all__ = ["Context", "Heading", "render"]
