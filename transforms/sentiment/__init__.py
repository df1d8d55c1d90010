"""How positive or negative a text is, or why that can't be said: unscored is never neutral.

``score`` has the contract, ``choose`` which scorer is asked for which text; a scorer is a module.
"""
