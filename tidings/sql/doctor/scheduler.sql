-- When Airflow's scheduler was last heard of.
SELECT max(latest_heartbeat)
FROM job
WHERE job_type = 'SchedulerJob'
