SELECT NOT EXISTS (
    (SELECT number, hash FROM core.migration EXCEPT SELECT number, hash FROM publishing.core.migration)
    UNION ALL
    (SELECT number, hash FROM publishing.core.migration EXCEPT SELECT number, hash FROM core.migration)
)
