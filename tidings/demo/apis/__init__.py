"""The sources of the made-up world, each as it speaks to the outside: one module, one public API.

Every module has ``answer(ask)``, a function of the world and its clock alone.
"""
