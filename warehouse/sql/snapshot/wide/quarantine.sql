-- Rows in quarantine as everybody may read them: why they are held and how to find them, without the
-- record itself, which may name a person anywhere. So may the reason of one that could not be read.
SELECT * REPLACE (
    NULL AS raw,
    NULL AS raw_page,
    CASE WHEN rules = 'unreadable' THEN 'The record could not be read; the warehouse itself says why.' ELSE reason END AS reason,
    CASE WHEN rules <> 'unreadable' THEN core.id_of_nobody(source, place, external_id) END AS external_id
)
FROM core.quarantine
