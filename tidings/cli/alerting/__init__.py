"""Alerts put together: looked for, made into incidents, kept, and told.

``looking`` hands what the warehouse has to the detectors, ``evidence`` says what an incident rests
on, ``deciding`` keeps incidents and decides who is told, ``telling`` sends that, ``backtest`` looks
back at what the rules would have found.
"""
