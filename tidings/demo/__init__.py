"""A made-up but lifelike world, served over HTTP on this machine, for the demo and for tests.

``World(seed)`` draws it, ``serve(world)`` speaks its sources' public APIs, ``write(...)`` makes the
watch file and the survey files, ``truth(world)`` tells what is really in it. It needs nothing but
this machine; every brand, person and address in it is invented.
"""

from tidings.demo.server import DemoServer, serve
from tidings.demo.truth import Gap, Truth, truth
from tidings.demo.watching import write
from tidings.demo.world import UNTIL, World

__all__ = ["UNTIL", "DemoServer", "Gap", "Truth", "World", "serve", "truth", "write"]
