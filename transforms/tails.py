"""How improbable a count is: tails of distributions, for many counts at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

CELLS = 1_000_000
"""Terms that are summed at once, for the sake of memory."""
TERMS = 600
"""Terms summed of one tail; the rest is far below the first, or the tail isn't small."""


def beta_binomial_tail(n: Ints, x: Ints, share: Floats, rho: Floats) -> Floats:
    """Return P(X >= x) for X of ``n`` draws with the mean ``share`` and the overdispersion ``rho``.

    ``rho`` is the correlation of any two draws, above 0 and below 1: X is beta-binomial with
    a = share (1 - rho) / rho and b = (1 - share)(1 - rho) / rho, so its variance is
    n share (1 - share)(1 + (n - 1) rho). All arrays [m]; nan is never returned.
    """
    import numpy as np

    out = np.ones(len(n))
    terms = np.minimum(n - x + 1, TERMS)
    order = np.argsort(terms, kind="stable")
    order = order[x[order] > 0]
    done = 0
    while done < len(order):
        # as many as fit: they are sorted, so the last of them has the most terms
        fit = max(1, CELLS // int(terms[order[min(done + 4096, len(order)) - 1]]))
        part = order[done : done + min(fit, 4096)]
        out[part] = _summed(n[part], x[part], share[part], rho[part], int(terms[part].max()))
        done += len(part)
    return np.minimum(out, 1.0)


def _summed(n: Ints, x: Ints, share: Floats, rho: Floats, terms: int) -> Floats:
    import numpy as np
    from scipy.special import betaln, gammaln

    a = (share * (1 - rho) / rho)[:, None]
    b = ((1 - share) * (1 - rho) / rho)[:, None]
    total = n[:, None]
    k = x[:, None] + np.arange(terms)
    there = k <= total
    k = np.minimum(k, total)
    ways = gammaln(total + 1) - gammaln(k + 1) - gammaln(total - k + 1)
    logs = ways + betaln(k + a, total - k + b) - betaln(a, b)
    summed: Floats = np.where(there, np.exp(logs), 0.0).sum(axis=1)
    return summed
