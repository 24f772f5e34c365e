/*
 * Tables: the stored data.
 *
 * One row of benchmark_transactions is one run. It is written once, by insert, and never again.
 * All other tables are kept by the database in the same transaction as the run:
 *
 *   benchmark_transactions ──┬─▶ benchmark_configurations   the series that the run belongs to
 *                            ├─▶ benchmark_snapshots        the newest run of each configuration
 *                            ├─▶ benchmark_daily_runs       how many runs per configuration and day
 *                            └─▶ benchmark_daily_metrics    sums per configuration, metric and day
 *   benchmark_retractions    which runs do not count any more, or count again
 *   benchmark_baselines      the runs that others are compared with, marked by a person or by CI
 *   benchmark_change_points  where the level of a metric moved, and benchmark_change_point_states
 *                            its states: suspect, confirmed, accepted, dismissed
 *   benchmark_metrics        the definition of each metric: unit, direction, range; and
 *                            benchmark_metric_declarations, who stated them, when and why
 *
 * Functions that are not for clients live in the schema benchmark_private, which the REST API does
 * not expose. Nothing here needs a superuser or an extension.
 *
 * From 0.1.0 on, an applied migration is never edited: add a new file (see sql/README.md).
 */

-- Report missing prerequisites and conflicts before creating the first table.
do $$
declare
  in_the_way text;
begin
  if to_regnamespace('benchmark_private') is not null then
    -- bench-schema knows this refusal by its code.
    raise exception using errcode = '55000',
      message = 'this database has the schema of a build before 0.1.0, which cannot be upgraded',
      hint    = 'start afresh in an empty database or a new Supabase project; for a local stack, `bench-local reset` empties it';
  end if;
  -- Functions too: a call that the original's and ours could both answer is ambiguous.
  select string_agg(name, ', ') into in_the_way
  from unnest('{benchmark_transactions,benchmark_snapshots,v_latest_benchmarks,v_performance_trends,upsert_benchmark_result,
    detect_regression,get_snapshot_history,compare_snapshots}'::text[]) as name
  where to_regclass('public.' || name) is not null or exists (
    select from pg_catalog.pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname = name);
  if in_the_way is not null then
    raise exception using errcode = '42P07',
      message = format('this database already has %s in public, which this schema did not make', in_the_way),
      hint    = 'if they are the original system''s, docs/moving-from-the-original.md moves them aside and imports their runs';
  end if;
  if (select count(*) from pg_catalog.pg_roles where rolname in ('anon', 'authenticated', 'service_role')) < 3 then
    raise exception using errcode = '42704',
      message = 'this database lacks the roles anon, authenticated and service_role, which every Supabase project has',
      hint    = 'use a Supabase project, or start a local one with `bench-local up`';
  end if;
end $$;

create schema benchmark_private;
revoke all on schema benchmark_private from public;
comment on schema benchmark_private is 'Triggers and helpers of the benchmark tables; not for clients';

create table public.benchmark_configurations (
  id              integer     generated always as identity primary key,
  model_version   text        not null,
  dataset_version text        not null,
  prompt_version  text        not null,
  environment     text        not null,
  first_seen_at   timestamptz not null default now(),

  unique (model_version, dataset_version, prompt_version, environment)
);

comment on table public.benchmark_configurations is 'What is compared with what: one row per (model, data set, prompt, environment) that ever ran';
comment on column public.benchmark_configurations.id is 'Short name of the configuration; benchmark_transactions filtered by configuration_id is the fastest history';

create table public.benchmark_transactions (
  id               uuid        primary key default gen_random_uuid(),
  created_at       timestamptz not null default now()
    constraint "created_at is a time from 1970 on" check (created_at >= 'epoch' and created_at < 'infinity'),
  recorded_at      timestamptz not null default now(),

  commit_sha       text        not null,
  branch_name      text,
  model_version    text        not null,
  model_provider   text,
  dataset_version  text        not null,
  dataset_size     bigint      constraint "dataset_size is not negative" check (dataset_size >= 0),
  prompt_version   text        not null,
  environment      text        not null
    constraint "environment is a lower-case slug" check (environment ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  run_id           text,
  run_attempt      integer     constraint "run_attempt counts from 1" check (run_attempt >= 1),
  triggered_by     text,
  is_mainline      boolean     not null default true,

  -- What these columns hold is checked by explain_refusal, once.
  metrics          jsonb       not null constraint "metrics is an object" check (jsonb_typeof(metrics) = 'object'),
  metric_stats     jsonb       constraint "metric_stats is an object" check (jsonb_typeof(metric_stats) = 'object'),
  details          jsonb       constraint "details is an object" check (jsonb_typeof(details) = 'object'),
  duration_seconds numeric
    constraint "duration_seconds is finite and not negative" check (duration_seconds >= 0 and duration_seconds <= 1e308),
  error_count      integer     constraint "error_count is not negative" check (error_count >= 0),
  success_count    integer     constraint "success_count is not negative" check (success_count >= 0),
  tags             text[]      constraint "tags is one list" check (array_ndims(tags) = 1 and array_position(tags, null) is null),
  notes            text,
  params           jsonb       constraint "params is an object" check (jsonb_typeof(params) = 'object'),
  links            jsonb       constraint "links is an object" check (jsonb_typeof(links) = 'object'),
  source           jsonb       constraint "source is an object" check (jsonb_typeof(source) = 'object'),

  configuration_id integer     not null references public.benchmark_configurations (id),
  version          integer     not null,
  idempotency_key  text        not null unique,

  unique (configuration_id, version)
);

-- All runs, newest first, page after page: where (created_at, id) < (…, …) order by created_at desc, id desc.
-- Ascending, because runs arrive in that order and fill the pages; it is read backwards.
create index benchmark_transactions_by_time on public.benchmark_transactions (created_at, id);
-- The same for one configuration, and for one model.
-- With is_mainline, so that counting the runs of the main line reads the index alone.
create index benchmark_transactions_by_configuration_and_time on public.benchmark_transactions (configuration_id, created_at) include (is_mainline);
create index benchmark_transactions_by_model_and_time on public.benchmark_transactions (model_version, created_at);
-- Search. text_pattern_ops lets `like 'abc123%'`, a short commit, use the index.
create index benchmark_transactions_by_commit on public.benchmark_transactions (commit_sha text_pattern_ops);
create index benchmark_transactions_by_run_id on public.benchmark_transactions (run_id text_pattern_ops) where run_id is not null;
create index benchmark_transactions_by_actor on public.benchmark_transactions (triggered_by, created_at) where triggered_by is not null;
-- Only side runs: the other branch is nearly all there is.
create index benchmark_transactions_by_side_branch on public.benchmark_transactions (branch_name, created_at) where not is_mainline;
create index benchmark_transactions_by_tag on public.benchmark_transactions using gin (tags);

comment on table public.benchmark_transactions is 'One row per benchmark run. Append only: no one may update, delete or truncate it, its owner included';
comment on column public.benchmark_transactions.created_at is 'When the benchmark ran; by default now';
comment on column public.benchmark_transactions.recorded_at is 'When the database stored it; always set by the database';
comment on column public.benchmark_transactions.commit_sha is 'The benchmarked commit';
comment on column public.benchmark_transactions.dataset_size is 'Number of examples in the data set';
comment on column public.benchmark_transactions.run_id is 'The CI system''s id of the run';
comment on column public.benchmark_transactions.run_attempt is 'Which attempt of that CI run, from 1';
comment on column public.benchmark_transactions.triggered_by is 'Person or automation that started it';
comment on column public.benchmark_transactions.is_mainline is
  'Whether the run belongs to the main line. One of a pull request or another branch does not: it is stored and judged, and no part of snapshots, sums, levels and baselines';
comment on column public.benchmark_transactions.metrics is 'An object of finite numbers: {"f1": 0.895, "latency_ms": 412}';
comment on column public.benchmark_transactions.metric_stats is 'Per metric, where known: n, stderr, ci_low, ci_high, values';
comment on column public.benchmark_transactions.details is 'Other data from the report, such as per-category breakdowns';
comment on column public.benchmark_transactions.params is 'Hyperparameters and settings of the run';
comment on column public.benchmark_transactions.links is 'URLs related to the run';
comment on column public.benchmark_transactions.source is 'The report it came from: format, file name, SHA-256';
comment on column public.benchmark_transactions.configuration_id is 'Set by the database from model, data set, prompt and environment';
comment on column public.benchmark_transactions.version is '1, 2, 3 … within the configuration, in order of arrival, without gaps; set by the database';
comment on column public.benchmark_transactions.idempotency_key is 'Identity of the run: a second one with the same key is the same run and is not stored again';

create table public.benchmark_snapshots (
  configuration_id  integer     primary key references public.benchmark_configurations (id),
  model_version     text        not null,
  dataset_version   text        not null,
  prompt_version    text        not null,
  environment       text        not null,

  transaction_id    uuid        not null unique references public.benchmark_transactions (id),
  snapshot_version  integer     not null,
  created_at        timestamptz not null,
  last_updated_at   timestamptz not null,
  commit_sha        text        not null,
  model_provider    text,
  metrics           jsonb       not null,

  precision_score   numeric     generated always as ((metrics ->> 'precision')::numeric) stored,
  recall_score      numeric     generated always as ((metrics ->> 'recall')::numeric) stored,
  f1_score          numeric     generated always as ((metrics ->> 'f1')::numeric) stored,
  latency_ms        numeric     generated always as ((metrics ->> 'latency_ms')::numeric) stored,
  cost_per_analysis numeric     generated always as ((metrics ->> 'analysis_cost')::numeric) stored,

  is_active         boolean     not null default true,
  is_baseline       boolean     not null default false,
  is_current        boolean     not null generated always as (true) stored
);

comment on table public.benchmark_snapshots is
  'The current state of each configuration: its newest run by created_at that counts (see v_main_line). One without such a run has no row. Kept by the database, never by a client';
comment on column public.benchmark_snapshots.transaction_id is 'The run shown';
comment on column public.benchmark_snapshots.snapshot_version is
  'How many runs of the configuration count; equals the version of the last one to arrive while all of them do';
comment on column public.benchmark_snapshots.created_at is 'When the run shown was measured';
comment on column public.benchmark_snapshots.last_updated_at is 'When the last run of this configuration arrived, shown or not, or was retracted or restored';
comment on column public.benchmark_snapshots.cost_per_analysis is 'metrics.analysis_cost';
comment on column public.benchmark_snapshots.is_active is 'False hides a retired configuration from the lists; set by the database''s owner, back to true with the next run shown';
comment on column public.benchmark_snapshots.is_baseline is 'The run shown is a baseline in force';
comment on column public.benchmark_snapshots.is_current is 'Always true; older dashboards filter on it';

create table public.benchmark_retractions (
  id                     bigint      generated always as identity primary key,
  transaction_id         uuid        not null references public.benchmark_transactions (id),
  is_retracted           boolean     not null,
  reason                 text        not null,
  instead_transaction_id uuid        references public.benchmark_transactions (id),
  set_by                 text,
  set_at                 timestamptz not null default clock_timestamp(),

  constraint "no run stands in its own place" check (instead_transaction_id <> transaction_id),
  constraint "only a retracted run has another in its place" check (is_retracted or instead_transaction_id is null)
);

create index benchmark_retractions_by_transaction on public.benchmark_retractions (transaction_id, id);
create index benchmark_retractions_by_instead on public.benchmark_retractions (instead_transaction_id);

comment on table public.benchmark_retractions is
  'Which runs do not count any more, by whom and why; the runs themselves stay. Append only; the newest row of each run is in force';
comment on column public.benchmark_retractions.is_retracted is 'True: the run does not count; false: it counts again';
comment on column public.benchmark_retractions.instead_transaction_id is 'The run that stands in its place, if there is one';

create table public.benchmark_baselines (
  id              bigint      generated always as identity primary key,
  scope           text        not null,
  model_version   text,
  dataset_version text        not null,
  prompt_version  text,
  environment     text        not null,
  transaction_id  uuid        references public.benchmark_transactions (id),
  reason          text,
  marked_by       text,
  marked_at       timestamptz not null default clock_timestamp(),
  scope_key       text[]      not null generated always as (
                    array[scope, dataset_version, environment, model_version, prompt_version]) stored,

  constraint "scope says which columns count" check (
    case scope
      when 'configuration' then model_version is not null and prompt_version is not null
      when 'model'         then model_version is not null and prompt_version is null
      when 'dataset'       then model_version is null     and prompt_version is null
      else false
    end
  )
);

create index benchmark_baselines_by_scope on public.benchmark_baselines (scope_key, id);
create index benchmark_baselines_by_transaction on public.benchmark_baselines (transaction_id);
create index benchmark_baselines_by_model on public.benchmark_baselines (model_version, environment) where model_version is not null;

comment on table public.benchmark_baselines is 'Who marked which run as the baseline, when and why. Append only; the newest row of each scope is in force';
comment on column public.benchmark_baselines.scope is
  'What the baseline is for: one configuration; one model on a data set and environment; or every model on a data set and environment';
comment on column public.benchmark_baselines.scope_key is 'All that the scope is about in one value: rows with the same one replace each other';
comment on column public.benchmark_baselines.transaction_id is 'The baseline run; null: the baseline was cleared';

create table public.benchmark_change_points (
  id                      bigint           generated always as identity primary key,
  configuration_id        integer          not null references public.benchmark_configurations (id),
  metric                  text             not null constraint "metric is 1 to 100 characters" check (length(metric) between 1 and 100),
  transaction_id          uuid             not null references public.benchmark_transactions (id),
  earliest_transaction_id uuid             not null references public.benchmark_transactions (id),
  latest_transaction_id   uuid             not null references public.benchmark_transactions (id),

  began_at                timestamptz      not null,
  began_version           integer          not null,

  kind                    text             not null constraint "kind is known" check (kind in ('step', 'recent', 'exact', 'drift')),
  before                  double precision not null,
  after                   double precision not null,
  delta                   double precision not null generated always as (after - before) stored,
  delta_low               double precision,
  delta_high              double precision,
  relative                double precision,
  in_noise                double precision,
  p_value                 double precision constraint "p_value is a probability" check (p_value between 0 and 1),

  method                  text             not null,
  found_by                text,
  recorded_at             timestamptz      not null default clock_timestamp(),

  constraint "the level moved" check (before <> after),
  constraint "levels are finite" check (abs(before) <= 1e307 and abs(after) <= 1e307),
  constraint "numbers are finite" check (
    abs(delta_low) <= 1e308 and abs(delta_high) <= 1e308 and abs(relative) <= 1e308 and abs(in_noise) <= 1e308)
);

create index benchmark_change_points_by_series on public.benchmark_change_points (configuration_id, metric, began_at, began_version);
-- All of them, newest first: the list of the dashboard.
create index benchmark_change_points_by_time on public.benchmark_change_points (began_at, id);
create index benchmark_change_points_by_transaction on public.benchmark_change_points (transaction_id);
create index benchmark_change_points_by_earliest on public.benchmark_change_points (earliest_transaction_id);
create index benchmark_change_points_by_latest on public.benchmark_change_points (latest_transaction_id);

comment on table public.benchmark_change_points is 'Where the level of a metric moved, one row per change, written by bench-push check. Append only';
comment on column public.benchmark_change_points.transaction_id is 'The first run of the new level';
comment on column public.benchmark_change_points.earliest_transaction_id is
  'With latest_transaction_id: the runs of which one is the first of the new level with 90 % probability; what changed between them may be the cause';
comment on column public.benchmark_change_points.began_at is 'created_at of the first run of the new level';
comment on column public.benchmark_change_points.began_version is 'version of the first run of the new level';
comment on column public.benchmark_change_points.kind is
  'step: stands out in the whole history; recent: the newest runs stand apart; exact: a metric without noise took another value; drift: a slow movement';
comment on column public.benchmark_change_points.before is 'The level before, in the metric''s unit; so are after, delta, delta_low and delta_high (95 %)';
comment on column public.benchmark_change_points.relative is 'delta as a share of before; null when that is 0';
comment on column public.benchmark_change_points.in_noise is 'delta in standard deviations of the noise; null for an exact metric';
comment on column public.benchmark_change_points.method is 'The detector, with its version';
comment on column public.benchmark_change_points.found_by is 'The person or system that ran it';

create table public.benchmark_change_point_states (
  id              bigint      generated always as identity primary key,
  change_point_id bigint      not null references public.benchmark_change_points (id),
  state           text        not null
    constraint "state is known" check (state in ('suspect', 'confirmed', 'accepted', 'dismissed')),
  reason          text,
  set_by          text,
  set_at          timestamptz not null default clock_timestamp()
);

create index benchmark_change_point_states_by_change_point on public.benchmark_change_point_states (change_point_id, id);

comment on table public.benchmark_change_point_states is 'What was said to each change point, by whom, why and when. Append only; the newest row is in force';

create table public.benchmark_metrics (
  name        text        primary key,
  unit        text,
  direction   text,
  min         double precision,
  max         double precision,
  scale       text        not null generated always as (
                case when min is not null and max is not null then 'absolute' else 'relative' end
              ) stored,
  description text,
  source      text        not null default 'report' constraint "source is known" check (source in ('catalogue', 'report', 'person')),
  reason      text,
  declared_by text,
  declared_at timestamptz not null default now(),

  constraint "name is 1 to 100 characters" check (length(name) between 1 and 100),
  constraint "bounds are finite" check (abs(min) <= 1e308 and abs(max) <= 1e308),
  constraint "direction is known" check (direction in ('higher_is_better', 'lower_is_better', 'neither')),
  constraint "min is below max" check (min < max)
);

comment on table public.benchmark_metrics is 'What a metric''s name means. Seeded with common metrics; runs add their own, and a person may correct them';
comment on column public.benchmark_metrics.direction is 'null: nobody has stated it, so it is what the name says; v_metrics has it';
comment on column public.benchmark_metrics.source is 'catalogue: seeded; report: declared by a run; person: stated with set_metric, reports that say otherwise are ignored';
comment on column public.benchmark_metrics.scale is
  'How detect_regression measures a change: absolute (a difference) where the range is fixed, else relative (a share of the baseline)';

create table public.benchmark_metric_declarations (
  id          bigint           generated always as identity primary key,
  metric      text             not null constraint "metric is 1 to 100 characters" check (length(metric) between 1 and 100),
  unit        text,
  direction   text,
  min         double precision,
  max         double precision,
  description text,
  source      text             not null,
  reason      text,
  declared_by text,
  declared_at timestamptz      not null default clock_timestamp()
);

create index benchmark_metric_declarations_by_metric on public.benchmark_metric_declarations (metric, id);

comment on table public.benchmark_metric_declarations is
  'What each metric meant after each declaration, by whom, why and when. Append only; benchmark_metrics has what is in force';

create table public.benchmark_daily_runs (
  configuration_id integer   not null references public.benchmark_configurations (id),
  day              date      not null,
  runs             integer   not null,

  primary key (configuration_id, day)
) with (fillfactor = 80);

-- As v_performance_trends shows the day.
create index benchmark_daily_runs_by_date on public.benchmark_daily_runs ((day::timestamp at time zone 'UTC'));

comment on table public.benchmark_daily_runs is 'How many runs each configuration has per UTC day of created_at';

create table public.benchmark_daily_metrics (
  configuration_id integer   not null references public.benchmark_configurations (id),
  metric           text      not null,
  day              date      not null,
  runs             integer   not null,
  total            numeric   not null,
  total_squares    numeric   not null,
  lowest           numeric   not null,
  highest          numeric   not null,
  buckets          integer[] not null,
  bucket_counts    integer[] not null,

  primary key (configuration_id, metric, day)
) with (fillfactor = 80);

-- One metric over some days, all configurations: the trend.
create index benchmark_daily_metrics_by_metric_and_day on public.benchmark_daily_metrics (metric, day);
-- As v_performance_trends shows the day.
create index benchmark_daily_metrics_by_metric_and_date on public.benchmark_daily_metrics (metric, (day::timestamp at time zone 'UTC'));

comment on table public.benchmark_daily_metrics is 'Sums per configuration, metric and UTC day, exact, so that a trend costs days and not runs; v_daily_metrics is easier to read';
comment on column public.benchmark_daily_metrics.buckets is 'A histogram for percentiles: buckets on a logarithmic scale, in ascending order, that hold the value to within 0.1 %';
comment on column public.benchmark_daily_metrics.bucket_counts is 'bucket_counts[i] runs fell into buckets[i]';
