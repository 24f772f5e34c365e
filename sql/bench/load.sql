/*
 * Loads `runs` runs of 100 configurations (10 models, 5 data sets, 2 environments), spread over
 * `days` days, through the same triggers as any other insert. 100,000 runs a transaction.
 */
\set ON_ERROR_STOP on
\timing off
\if :{?runs}
\else
  \set runs 1000000
\endif
\if :{?days}
\else
  \set days 365
\endif

select setseed(0.42) \g /dev/null
select format($load$
  insert into benchmark_transactions (
    idempotency_key, created_at, commit_sha, branch_name, model_version, model_provider, dataset_version, dataset_size,
    prompt_version, environment, run_id, triggered_by, metrics, duration_seconds, tags)
  select encode(sha256(convert_to('bench ' || i, 'UTF8')), 'hex'),
         now() - interval '%2$s days' * (1 - i::double precision / %1$s),
         left(md5((i / 20)::text), 40), case when i %% 3 = 0 then 'main' else 'feature-' || i %% 50 end,
         'model-' || i %% 10, 'provider-' || i %% 3, 'dataset-' || i / 10 %% 5, 1000,
         'prompt-1', case when i / 50 %% 2 = 0 then 'production' else 'staging' end,
         (1000000 + i / 4)::text, 'actor-' || i %% 40,
         jsonb_build_object(
           'precision',     round((0.90 + 0.02 * random())::numeric, 4),
           'recall',        round((0.87 + 0.02 * random())::numeric, 4),
           'f1',            round((0.88 + 0.02 * random())::numeric, 4),
           'latency_ms',    round((400 + 100 * random())::numeric, 1),
           'analysis_cost', round((0.0040 + 0.0005 * random())::numeric, 6)),
         45.2, array['nightly', 'suite-' || i %% 7]
  from generate_series(%3$s, %4$s) as i
$load$, :runs, :days, first, least(first + 99999, :runs))
from generate_series(1, :runs, 100000) as first
\gexec
vacuum (analyze) benchmark_transactions;
vacuum (analyze) benchmark_snapshots;
vacuum (analyze) benchmark_daily_runs;
vacuum (analyze) benchmark_daily_metrics;
