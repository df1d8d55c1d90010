-- The address of an original where it names nobody: NULL where it holds the author's handle, is of a
-- source whose addresses begin with the author's page, or has a part that people's pages have.
CREATE MACRO core.address_of_nobody(url, source, handle) AS
    CASE
        WHEN len(ltrim(handle, '@')) > 1
            AND contains(lower(url), lower(ltrim(handle, '@'))) THEN NULL
        WHEN source IN ('bluesky', 'instagram', 'linkedin', 'mastodon', 'tiktok', 'x') THEN NULL
        WHEN regexp_matches(
            lower(url),
            '[@~]|%40|%7e|/(u|user|users|profile|profiles|member|members|people|person|author|authors|id|in|channel)/'
        ) THEN NULL
        ELSE url
    END
