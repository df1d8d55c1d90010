"""Telling people: from a notice to a message at a channel.

:mod:`~tidings.notify.routing` says which channels are told, and when;
:mod:`~tidings.notify.channels` sends one notice to one channel, of which
:mod:`~tidings.notify.redaction` takes out what must not leave,
:mod:`~tidings.notify.message` writes the words and :mod:`~tidings.notify.chart` draws the picture.
"""
