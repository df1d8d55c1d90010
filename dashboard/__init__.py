"""The page: what the warehouse knows, for people who look before they ask.

A FastAPI app over the published snapshot (:mod:`dashboard.app`); every figure is an SQL file of
``dashboard/sql`` that ``dashboard/figures`` runs, shown by ``dashboard/pages`` and given as JSON by
``dashboard/api``. What people change goes to the journal, never to the warehouse.
"""
