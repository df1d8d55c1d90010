"""What the pages show and the API gives: each function runs statements of ``dashboard/sql``."""
