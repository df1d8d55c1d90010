INSERT INTO core.minimum VALUES
    ('driver_share', 5),
    ('driver_net', 5),
    ('response_time_median', 5),
    ('reply_effect', 5),
    ('removed_share', 5),
    ('perception_gap', 5)
