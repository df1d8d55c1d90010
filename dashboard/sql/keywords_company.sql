-- What stands with a brand's keywords in the months that touch a period, the latest month first.
SELECT
    month,
    keyword,
    form,
    company,
    complete,
    coverage,
    together,
    n_keyword,
    n_company,
    n_all,
    expected,
    lift,
    log_likelihood
FROM marts.keyword_company
WHERE brand = $brand AND month BETWEEN date_trunc('month', $first::DATE) AND $last
ORDER BY month DESC, log_likelihood DESC, keyword, form, company
