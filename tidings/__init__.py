"""Tidings: what people say about a brand, collected, checked, scored, kept, and told.

This package is the kernel. It imports none of ``connectors``, ``transforms``, ``warehouse`` or
``dags``; only :mod:`tidings.cli` may, since it puts the parts together.
"""

__version__ = "0.1.0"
