DELETE FROM publishing.core.published
