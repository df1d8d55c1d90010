-- The brands that there are days of, own ones first. Brands of zones further east make days that have
-- not begun where others are; these days are not theirs.
SELECT
    t.brand,
    t.own,
    t.watch,
    t.timezone,
    min(t.day) AS first,
    greatest(min(t.day), least(max(t.day), timezone(t.timezone, timezone('UTC', any_value(l.as_of)))::DATE)) AS last
FROM marts.brand_reputation_daily AS t
CROSS JOIN (SELECT max(collected) AS as_of FROM core.load) AS l
GROUP BY t.brand, t.own, t.watch, t.timezone
ORDER BY own DESC, brand
