"""An access token for a mailbox, had from an OAuth server when a walk begins."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from tidings.http import Http
from tidings.http.access import Access, client_credentials, refresh_grant


class OAuth(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a token is had from: ``token_url``, by ``client_id`` and the client's secret.

    ``credential`` names the secret of the client. With ``refresh_credential``, the name of the
    secret that holds a refresh token, the token is the user's; without it it is the client's own,
    for ``scope``.
    """

    token_url: Annotated[str, Meta(pattern=r"^https?://")]
    client_id: str
    credential: str
    refresh_credential: str | None = None
    scope: str | None = None

    def obtain(self, http: Http) -> Access:
        """Return a new token; raises the client's typed errors."""
        if self.refresh_credential:
            how = refresh_grant(
                self.token_url,
                client_id=self.client_id,
                credential=self.credential,
                refresh_credential=self.refresh_credential,
            )
        else:
            how = client_credentials(
                self.token_url,
                client_id=self.client_id,
                credential=self.credential,
                scope=self.scope,
                basic=False,
            )
        return how(http)
