-- NPS answers of people who had given one for the same brand within 182 days before, and so were asked
-- too often: one row a later answer. Who was asked and gave no answer is not known here.
CREATE VIEW core.survey_fatigue (
    brand, -- The brand.
    author, -- Pseudonym of the respondent.
    mention_id, -- The later answer.
    survey, -- Its survey.
    published, -- When it was given (UTC).
    previous_mention_id, -- The answer before it.
    previous_survey, -- Its survey.
    previous_published, -- When it was given (UTC).
    days_between -- Whole days between the two.
) AS
WITH followed AS (
    SELECT
        brand,
        author,
        mention_id,
        survey,
        published,
        lag(mention_id) OVER told AS previous_mention_id,
        lag(survey) OVER told AS previous_survey,
        lag(published) OVER told AS previous_published
    FROM core.survey_answer
    WHERE measure = 'nps' AND author IS NOT NULL
    WINDOW told AS (PARTITION BY brand, author ORDER BY published, mention_id)
)

SELECT *, date_sub('day', previous_published, published)
FROM followed
WHERE published <= previous_published + INTERVAL 182 DAY
