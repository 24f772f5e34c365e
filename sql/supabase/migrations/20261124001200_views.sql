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
       least(greatest(public.histogram_percentile(d.buckets, d.bucket_counts, 0.5), d.lowest), d.highest) as median,
       least(greatest(public.histogram_percentile(d.buckets, d.bucket_counts, 0.95), d.lowest), d.highest) as p95
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
select per_metric.date, per_metric.model_version, per_metric.environment,
       max(per_metric.runs)   filter (where metric is null)              as run_count,
       max(per_metric.mean)   filter (where metric = 'f1')               as avg_f1,
       max(per_metric.mean)   filter (where metric = 'precision')        as avg_precision,
       max(per_metric.mean)   filter (where metric = 'recall')           as avg_recall,
       max(per_metric.mean)   filter (where metric = 'latency_ms')       as avg_latency_ms,
       max(per_metric.mean)   filter (where metric = 'analysis_cost')    as avg_cost,
       max(per_metric.stddev) filter (where metric = 'f1')               as stddev_f1,
       max(per_metric.stddev) filter (where metric = 'precision')        as stddev_precision,
       max(per_metric.stddev) filter (where metric = 'recall')           as stddev_recall,
       max(per_metric.stddev) filter (where metric = 'latency_ms')       as stddev_latency_ms,
       max(per_metric.stddev) filter (where metric = 'analysis_cost')    as stddev_cost
from (
  select daily.date, c.model_version, c.environment, daily.metric,
         sum(daily.runs) as runs,
         (sum(daily.total) / sum(daily.runs))::double precision as mean,
         sqrt(((sum(daily.runs) * sum(daily.total_squares) - sum(daily.total) * sum(daily.total))
               / nullif(sum(daily.runs) * (sum(daily.runs) - 1), 0))::double precision) as stddev
  from (
    -- The counts of runs stand beside the sums of metrics, as the metric null.
    select day::timestamp at time zone 'UTC' as date, configuration_id, null as metric,
           runs, null::numeric as total, null::numeric as total_squares
    from public.benchmark_daily_runs
    union all
    select day::timestamp at time zone 'UTC', configuration_id, metric, runs, total, total_squares
    from public.benchmark_daily_metrics
    where metric in ('f1', 'precision', 'recall', 'latency_ms', 'analysis_cost')
  ) as daily
  join public.benchmark_configurations c on c.id = daily.configuration_id
  group by daily.date, c.model_version, c.environment, daily.metric
) as per_metric
group by per_metric.date, per_metric.model_version, per_metric.environment;

comment on view public.v_performance_trends is
  'Daily averages per model and environment, over all data sets and prompts; v_daily_metrics keeps configurations apart';


revoke all on public.v_latest_benchmarks, public.v_daily_metrics, public.v_performance_trends
  from public, anon, authenticated, service_role;
grant select on public.v_latest_benchmarks, public.v_daily_metrics, public.v_performance_trends
  to anon, authenticated, service_role;
