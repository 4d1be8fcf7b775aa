"""The review report: one self-contained HTML page without scripts, network or outside resources."""

from provisioning.disclosure.page.page import Heading, render

__all__ = ["Heading", "render"]
