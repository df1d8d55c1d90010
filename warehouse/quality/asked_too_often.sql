-- Nobody was asked for NPS again within 182 days of an answer: of the answers given in the last 182
-- days, those that came too soon after the same person's last one.
-- table: core.survey_fatigue
-- severity: warn
SELECT count(*) AS failing, min(brand || ' ' || mention_id, $examples) AS examples
FROM core.survey_fatigue
WHERE published > $now - INTERVAL 182 DAY
