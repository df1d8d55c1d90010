-- One row: the least number that each figure is computed from.
CREATE OR REPLACE TEMP TABLE at_least AS
SELECT
    max(n) FILTER (figure = 'net_sentiment') AS net_sentiment,
    max(n) FILTER (figure = 'net_sentiment_polar') AS net_sentiment_polar,
    max(n) FILTER (figure = 'negative_share') AS negative_share,
    max(n) FILTER (figure = 'rating_mean') AS rating_mean,
    max(n) FILTER (figure = 'rating_bayes') AS rating_bayes,
    max(n) FILTER (figure = 'response_rate') AS response_rate,
    max(n) FILTER (figure = 'answered_in_target') AS answered_in_target,
    max(n) FILTER (figure = 'share_of_voice') AS share_of_voice,
    max(n) FILTER (figure = 'nps') AS nps,
    max(n) FILTER (figure = 'csat') AS csat,
    max(n) FILTER (figure = 'keyword_trend') AS keyword_trend,
    max(n) FILTER (figure = 'keyword_company') AS keyword_company,
    max(n) FILTER (figure = 'driver_share') AS driver_share,
    max(n) FILTER (figure = 'driver_net') AS driver_net,
    max(n) FILTER (figure = 'response_time_median') AS response_time_median,
    max(n) FILTER (figure = 'reply_effect') AS reply_effect,
    max(n) FILTER (figure = 'removed_share') AS removed_share,
    max(n) FILTER (figure = 'perception_gap') AS perception_gap
FROM core.minimum
