/*
 * Views: rows for people. All are security_invoker: they show what the reader may read.
 */

/*
 * v_latest_benchmarks: the current run of each active configuration, the best F1 first.
 */
create view public.v_latest_benchmarks
  with (security_invoker = true) as
select s.model_version, s.dataset_version, s.prompt_version, s.environment,
       s.snapshot_version, s.f1_score, s.precision_score, s.recall_score, s.latency_ms, s.cost_per_analysis,
       s.created_at, s.commit_sha, t.run_id, t.triggered_by, s.metrics,
       s.transaction_id, s.configuration_id, s.model_provider, t.branch_name, t.tags,
       s.is_baseline, s.last_updated_at
from public.benchmark_snapshots s
join public.benchmark_transactions t on t.id = s.transaction_id
where s.is_active
order by s.f1_score desc nulls last;

comment on view public.v_latest_benchmarks is
  'The current run of each active configuration, the best F1 first';


/*
 * v_daily_metrics: one metric of one configuration on one UTC day, from the daily sums.
 *
 * mean, stddev (of a sample; null with one run), lowest and highest are exact, median and p95
 * within 0.1 %. A column that a query does not ask for costs nothing.
 */
create view public.v_daily_metrics
  with (security_invoker = true) as
select d.day, d.metric, d.configuration_id,
       c.model_version, c.dataset_version, c.prompt_version, c.environment,
       d.runs,
       (d.total / d.runs)::double precision as mean,
       sqrt(((d.runs * d.total_squares - d.total * d.total)
             / nullif(d.runs::numeric * (d.runs - 1), 0))::double precision) as stddev,
       d.lowest::double precision as lowest,
       d.highest::double precision as highest,
       public.histogram_percentile(d.buckets, d.bucket_counts, 0.5) as median,
       public.histogram_percentile(d.buckets, d.bucket_counts, 0.95) as p95
from public.benchmark_daily_metrics d
join public.benchmark_configurations c on c.id = d.configuration_id;

comment on view public.v_daily_metrics is
  'Count, mean, spread and percentiles per configuration, metric and UTC day';


/*
 * v_performance_trends: per UTC day, model and environment, as the original system had it.
 *
 * It averages over data sets and prompts; where these differ, v_daily_metrics keeps them apart.
 */
create view public.v_performance_trends
  with (security_invoker = true) as
select (r.day::timestamp at time zone 'UTC') as date,
       c.model_version, c.environment,
       sum(r.runs) as run_count,
       (sum(f1.total)        / sum(f1.runs))::double precision        as avg_f1,
       (sum(precision.total) / sum(precision.runs))::double precision as avg_precision,
       (sum(recall.total)    / sum(recall.runs))::double precision    as avg_recall,
       (sum(latency.total)   / sum(latency.runs))::double precision   as avg_latency_ms,
       (sum(cost.total)      / sum(cost.runs))::double precision      as avg_cost
from public.benchmark_daily_runs r
join public.benchmark_configurations c on c.id = r.configuration_id
left join public.benchmark_daily_metrics f1
  on f1.configuration_id = r.configuration_id and f1.day = r.day and f1.metric = 'f1'
left join public.benchmark_daily_metrics precision
  on precision.configuration_id = r.configuration_id and precision.day = r.day and precision.metric = 'precision'
left join public.benchmark_daily_metrics recall
  on recall.configuration_id = r.configuration_id and recall.day = r.day and recall.metric = 'recall'
left join public.benchmark_daily_metrics latency
  on latency.configuration_id = r.configuration_id and latency.day = r.day and latency.metric = 'latency_ms'
left join public.benchmark_daily_metrics cost
  on cost.configuration_id = r.configuration_id and cost.day = r.day and cost.metric = 'analysis_cost'
group by r.day, c.model_version, c.environment;

comment on view public.v_performance_trends is
  'Daily averages per model and environment, over all data sets and prompts; v_daily_metrics keeps configurations apart';


revoke all on public.v_latest_benchmarks, public.v_daily_metrics, public.v_performance_trends
  from public, anon, authenticated, service_role;
grant select on public.v_latest_benchmarks, public.v_daily_metrics, public.v_performance_trends
  to anon, authenticated, service_role;
