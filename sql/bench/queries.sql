/*
 * The questions that the dashboard, the original's clients and analysts ask, as anon asks them.
 * One line each: -- name, then the query; measure.sh runs each of them several times.
 */
-- current snapshot, all configurations
select * from benchmark_snapshots where is_current and is_active order by f1_score desc;
-- README: latest F1 scores
select model_version, f1_score, last_updated_at from benchmark_snapshots where is_active = true order by f1_score desc;
-- newest change (the poll)
select last_updated_at from benchmark_snapshots order by last_updated_at desc limit 1;
-- trend, 30 days, all models
select * from v_performance_trends where date >= now() - interval '30 days';
-- trend of f1, 30 days, all configurations
select day, configuration_id, runs, mean, stddev from v_daily_metrics where metric = 'f1' and day >= current_date - 30;
-- trend of f1, 90 days, 5 configurations, with p95
select day, configuration_id, runs, mean, stddev, p95 from v_daily_metrics where metric = 'f1' and day >= current_date - 90 and configuration_id in (1, 2, 3, 4, 5);
-- comparison, 90 days, all configurations
select * from summarize_metric('f1');
-- comparison, 90 days, 8 configurations
select * from summarize_metric('latency_ms', p_configuration_ids => '{1,2,3,4,5,6,7,8}');
-- README: daily f1 of one model, 30 days, from the runs
select date_trunc('day', created_at) as date, avg((metrics->>'f1')::numeric) as avg_f1 from benchmark_transactions where model_version = 'model-3' and created_at > now() - interval '30 days' group by date_trunc('day', created_at) order by date;
-- detect_regression, 10 configurations of one model
select * from detect_regression('model-3', 0.05);
-- history of one configuration, 10 versions
select * from get_snapshot_history('model-1', 'dataset-0', 'prompt-1', 'production');
-- two versions compared
select * from compare_snapshots('model-1', 'dataset-0', 'prompt-1', 'production', 1, 2);
-- runs, first page of 50
select * from benchmark_transactions order by created_at desc, id desc limit 50;
-- runs, a page in the middle
select * from benchmark_transactions where created_at <= now() - interval '200 days' and (created_at < now() - interval '200 days' or id < '80000000-0000-0000-0000-000000000000') order by created_at desc, id desc limit 50;
-- runs of one configuration, 1000 of 90 days
select * from benchmark_transactions where configuration_id = 7 and created_at > now() - interval '90 days' order by created_at desc, id desc limit 1000;
-- runs of one model in one environment
select * from benchmark_transactions where model_version = 'model-3' and environment = 'production' order by created_at desc, id desc limit 50;
-- search: short commit
select * from benchmark_transactions where commit_sha like 'c4ca42%' order by created_at desc, id desc limit 50;
-- search: run id
select * from benchmark_transactions where run_id = '1000777' order by created_at desc, id desc limit 50;
-- search: actor
select * from benchmark_transactions where triggered_by = 'actor-7' order by created_at desc, id desc limit 50;
-- chart: f1 of one configuration, all its runs
select * from metric_series(7, 'f1');
-- chart: f1 of one configuration, 30 days
select * from metric_series(7, 'f1', now() - interval '30 days');
-- search box: short commit
select * from search_runs('c4ca42');
-- search box: CI run
select * from search_runs('1000777');
-- search box: actor
select * from search_runs('actor-7');
-- search box: model, a page in the middle
select * from search_runs('model-3', now() - interval '200 days');
-- search box: a common tag
select * from search_runs('suite-3');
-- search box: what no run has
select * from search_runs('no-such-thing');
-- log: first page
select * from list_runs();
-- log: a page in the middle
select * from list_runs(p_at_created_at => now() - interval '200 days', p_at_id => '80000000-0000-0000-0000-000000000000');
-- log: and the page of newer runs beside it
select * from list_runs(p_at_created_at => now() - interval '200 days', p_at_id => '80000000-0000-0000-0000-000000000000', p_newer => true);
-- log: one model in one environment
select * from list_runs('{model-3}', p_environments => '{production}');
-- log: one day of one configuration, 300 days ago
select * from list_runs(p_configuration_ids => '{7}', p_from => now() - interval '300 days', p_to => now() - interval '299 days');
-- log: a configuration, 1000 runs for an export
select * from list_runs(p_configuration_ids => '{7}', p_limit => 1000);
