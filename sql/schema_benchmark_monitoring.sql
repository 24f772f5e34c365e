/*
 * Benchmark Monitor: the whole database schema in one file.
 *
 * Use       paste it into the SQL editor of your Supabase project and run it,
 *           or:  psql "$DATABASE_URL" -f sql/schema_benchmark_monitoring.sql
 * Repeat    as often as you like: what is there already is left alone
 * Fails     as a whole: after an error nothing has changed
 * Ledger    supabase_migrations.schema_migrations, shared with `supabase db push`
 *           and `bench-push schema apply`; the three may be mixed
 *
 * GENERATED from sql/supabase/migrations by `cargo xtask gen`: edit those files.
 */

do $schema$
declare
  migration text;
begin

-- The notices of `if not exists` would only alarm.
perform set_config('client_min_messages', 'warning', true);
perform pg_advisory_xact_lock(7090194561596616047);
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (
  version text primary key,
  statements text[],
  name text
);

-- ---------------------------------------------------------------------------------------------
-- 20261126000100_tables.sql
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '20261126000100') then
migration := $migration_20261126000100$
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
$migration_20261126000100$;
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('20261126000100', array[migration], 'tables');
end if;

-- ---------------------------------------------------------------------------------------------
-- 20261126000200_rights.sql
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '20261126000200') then
migration := $migration_20261126000200$
/*
 * Rights: access control of the tables.
 *
 *   anon, authenticated   read
 *   service_role          read, and insert runs; every other write goes through a function
 *   no role               update, delete or truncate
 *
 * Some Supabase projects grant everything on new tables by default, so all rights are revoked
 * before the intended ones are granted.
 *
 * Functions are granted at the end of the file that creates them. Unless its header says otherwise,
 * a function of public may be called by anyone with a key, and one of benchmark_private by no client.
 */

alter table public.benchmark_configurations      enable row level security;
alter table public.benchmark_transactions        enable row level security;
alter table public.benchmark_snapshots           enable row level security;
alter table public.benchmark_retractions         enable row level security;
alter table public.benchmark_baselines           enable row level security;
alter table public.benchmark_change_points       enable row level security;
alter table public.benchmark_change_point_states enable row level security;
alter table public.benchmark_metrics             enable row level security;
alter table public.benchmark_metric_declarations enable row level security;
alter table public.benchmark_daily_runs          enable row level security;
alter table public.benchmark_daily_metrics       enable row level security;

create policy "Anyone with a key may read configurations" on public.benchmark_configurations
  for select to anon, authenticated using (true);
create policy "Anyone with a key may read runs" on public.benchmark_transactions for select to anon, authenticated using (true);
create policy "Anyone with a key may read snapshots" on public.benchmark_snapshots for select to anon, authenticated using (true);
create policy "Anyone with a key may read retractions" on public.benchmark_retractions for select to anon, authenticated using (true);
create policy "Anyone with a key may read baselines" on public.benchmark_baselines for select to anon, authenticated using (true);
create policy "Anyone with a key may read change points" on public.benchmark_change_points
  for select to anon, authenticated using (true);
create policy "Anyone with a key may read the states of change points" on public.benchmark_change_point_states
  for select to anon, authenticated using (true);
create policy "Anyone with a key may read what metrics mean" on public.benchmark_metrics for select to anon, authenticated using (true);
create policy "Anyone with a key may read who declared a metric" on public.benchmark_metric_declarations
  for select to anon, authenticated using (true);
create policy "Anyone with a key may read daily counts" on public.benchmark_daily_runs for select to anon, authenticated using (true);
create policy "Anyone with a key may read daily sums" on public.benchmark_daily_metrics for select to anon, authenticated using (true);

revoke all on
  public.benchmark_configurations, public.benchmark_transactions, public.benchmark_snapshots,
  public.benchmark_retractions, public.benchmark_baselines, public.benchmark_change_points, public.benchmark_change_point_states,
  public.benchmark_metrics, public.benchmark_metric_declarations, public.benchmark_daily_runs, public.benchmark_daily_metrics
  from public, anon, authenticated, service_role;

grant select on
  public.benchmark_configurations, public.benchmark_transactions, public.benchmark_snapshots,
  public.benchmark_retractions, public.benchmark_baselines, public.benchmark_change_points, public.benchmark_change_point_states,
  public.benchmark_metrics, public.benchmark_metric_declarations, public.benchmark_daily_runs, public.benchmark_daily_metrics
  to anon, authenticated, service_role;

-- The database numbers the rows, so no client needs these either.
revoke all on sequence
  public.benchmark_configurations_id_seq, public.benchmark_retractions_id_seq, public.benchmark_baselines_id_seq,
  public.benchmark_change_points_id_seq, public.benchmark_change_point_states_id_seq, public.benchmark_metric_declarations_id_seq
  from public, anon, authenticated, service_role;

-- service_role bypasses row level security, so it needs no policy.
grant insert on public.benchmark_transactions to service_role;

grant usage on schema public to anon, authenticated, service_role;
-- Functions of public, which run with their caller's rights, call some of this schema.
grant usage on schema benchmark_private to anon, authenticated, service_role;
$migration_20261126000200$;
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('20261126000200', array[migration], 'rights');
end if;

-- ---------------------------------------------------------------------------------------------
-- 20261126000300_immutability.sql
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '20261126000300') then
migration := $migration_20261126000300$
/*
 * Immutability: a stored run never changes.
 *
 * No role has the right to change a run, and these triggers stop the owner of the tables, who needs
 * no right. The histories of retractions, baselines, change points and declarations of metrics are
 * append only too.
 */

/*
 * refuse_change() -> trigger
 *
 * Refuses every update, delete and truncate, also one that would touch no row.
 *
 * Raises     42501  always
 */
create function benchmark_private.refuse_change()
  returns trigger language plpgsql volatile security invoker set search_path = ''
as $$
begin
  raise exception using errcode = '42501', message = format('%s is append only: %s is refused', tg_table_name, lower(tg_op)),
    hint    = case
                when tg_table_name = 'benchmark_transactions'
                  then 'a run stays as it was measured; take it back with retract_run, or `bench-push retract`, and push a new one'
                when tg_table_name = 'benchmark_retractions' then 'take the run back with retract_run, or let it count again with restore_run'
                when tg_table_name like 'benchmark\_change\_point%'
                  then 'set another state with set_change_point_state, or `bench-push change-point`'
                when tg_table_name = 'benchmark_metric_declarations'
                  then 'state something else with set_metric, or `bench-push metric set`'
                when tg_table_name = 'benchmark_incident_events'
                  then 'say what is so now with record_incidents, or `bench-push alert`'
                else 'mark another run with set_baseline, or end this baseline with clear_baseline'
              end;
end $$;

create trigger refuse_change before update or delete or truncate on public.benchmark_transactions
  for each statement execute function benchmark_private.refuse_change();
create trigger refuse_change before update or delete or truncate on public.benchmark_retractions
  for each statement execute function benchmark_private.refuse_change();
create trigger refuse_change before update or delete or truncate on public.benchmark_baselines
  for each statement execute function benchmark_private.refuse_change();
create trigger refuse_change before update or delete or truncate on public.benchmark_change_points
  for each statement execute function benchmark_private.refuse_change();
create trigger refuse_change before update or delete or truncate on public.benchmark_change_point_states
  for each statement execute function benchmark_private.refuse_change();
create trigger refuse_change before update or delete or truncate on public.benchmark_metric_declarations
  for each statement execute function benchmark_private.refuse_change();

-- Grants.
revoke execute on function benchmark_private.refuse_change from public;
$migration_20261126000300$;
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('20261126000300', array[migration], 'immutability');
end if;

-- ---------------------------------------------------------------------------------------------
-- 20261126000400_metric_catalogue.sql
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '20261126000400') then
migration := $migration_20261126000400$
/*
 * The metric catalogue: direction, unit and range of common metrics.
 *
 * Equal to the list in crates/bench-model/src/metric/catalogue.rs; a test compares them.
 */

insert into public.benchmark_metrics (name, unit, direction, min, max, description, source)
select *, 'catalogue' from (values
  ('precision',              'ratio',      'higher_is_better',  0,    1,    'Share of the findings that are right'),
  ('recall',                 'ratio',      'higher_is_better',  0,    1,    'Share of what should be found that was found'),
  ('f1',                     'ratio',      'higher_is_better',  0,    1,    'Harmonic mean of precision and recall'),
  ('accuracy',               'ratio',      'higher_is_better',  0,    1,    'Share of the answers that are right'),
  ('balanced_accuracy',      'ratio',      'higher_is_better',  0,    1,    'Mean recall over the classes'),
  ('specificity',            'ratio',      'higher_is_better',  0,    1,    'Share of the negatives that were left alone'),
  ('roc_auc',                'ratio',      'higher_is_better',  0,    1,    'Area under the receiver operating characteristic'),
  ('pr_auc',                 'ratio',      'higher_is_better',  0,    1,    'Area under the precision-recall curve'),
  ('exact_match',            'ratio',      'higher_is_better',  0,    1,    'Share of the answers equal to the expected text'),
  ('pass_rate',              'ratio',      'higher_is_better',  0,    1,    'Share of the test cases passed'),
  ('success_rate',           'ratio',      'higher_is_better',  0,    1,    'Share of the requests that succeeded'),
  ('mcc',                    'score',      'higher_is_better', -1,    1,    'Matthews correlation coefficient'),
  ('latency_ms',             'ms',         'lower_is_better',   0,    null, 'Time for one example'),
  ('latency_p50_ms',         'ms',         'lower_is_better',   0,    null, 'Median time for one example'),
  ('latency_p95_ms',         'ms',         'lower_is_better',   0,    null, 'Time that 95 % of the examples stay under'),
  ('latency_p99_ms',         'ms',         'lower_is_better',   0,    null, 'Time that 99 % of the examples stay under'),
  ('time_to_first_token_ms', 'ms',         'lower_is_better',   0,    null, 'Time until the first token'),
  ('analysis_cost',          'usd',        'lower_is_better',   0,    null, 'Cost of one analysis'),
  ('cost_usd',               'usd',        'lower_is_better',   0,    null, 'Cost of the run'),
  ('input_tokens',           'tokens',     'lower_is_better',   0,    null, 'Tokens sent to the model'),
  ('output_tokens',          'tokens',     'lower_is_better',   0,    null, 'Tokens the model wrote'),
  ('total_tokens',           'tokens',     'lower_is_better',   0,    null, 'Tokens sent and written'),
  ('error_rate',             'ratio',      'lower_is_better',   0,    1,    'Share of the requests that failed'),
  ('hallucination_rate',     'ratio',      'lower_is_better',   0,    1,    'Share of the answers with an invented fact'),
  ('brier_score',            'ratio',      'lower_is_better',   0,    1,    'Mean squared error of the predicted probabilities'),
  ('log_loss',               'nats',       'lower_is_better',   0,    null, 'Mean negative log likelihood'),
  ('perplexity',             'score',      'lower_is_better',   0,    null, 'Exponential of the mean negative log likelihood'),
  ('mae',                    'score',      'lower_is_better',   0,    null, 'Mean absolute error, in the unit of the target'),
  ('rmse',                   'score',      'lower_is_better',   0,    null, 'Root mean squared error, in the unit of the target'),
  ('throughput',             'per_second', 'higher_is_better',  0,    null, 'Examples per second'),
  ('tokens_per_second',      'per_second', 'higher_is_better',  0,    null, 'Tokens written per second'),
  ('memory_mb',              'mb',         'lower_is_better',   0,    null, 'Peak memory'),
  ('model_size_mb',          'mb',         'lower_is_better',   0,    null, 'Size of the model')
) as line (name, unit, direction, min, max, description);

/*
 * metric_words() -> {word: kind}: the words that names of metrics are made of
 *
 * `_` joins those that mean something together. Equal to WORDS in
 * crates/bench-model/src/metric/words.rs, which explains the kinds. A constant and no table, because
 * a name is read in many small steps.
 */
do $do$
begin
  execute format($$
    create function benchmark_private.metric_words()
      returns jsonb language sql immutable parallel safe security invoker set search_path = ''
    as %L $$, (
    select format('select %L::jsonb', jsonb_object_agg(w.word, k.kind))
    from (values
    ('good', 'acc accept_length acceptance_length accepted_length accuracy ap ar area_under ari auc aupr
       auprc auroc availability bandwidth bertscore better biou bleu bleurt brier_skill c_index
       calmar chrf cider click_through clipscore codebleu comet compression_ratio concordance
       cons corr corrcoef correlation dcg demographic_parity_ratio dice distinct distinct_1
       distinct_2 effective efficiency efficient elbo elo em equalized_odds_ratio exact
       exact_match explained_variance f05 f1 f2 f_beta f_measure f_score fbeta flop_utilization
       fmeasure fps frame_rate fscore g_mean giou gleu glicko goodput hfu hota idf1 imagereward
       improved inception_score information_gain iou jaccard kappa kendall kendalltau las
       log_likelihood log_prob loglikelihood logprob maj map map50 mar mauve mc1 mc2 mcc meteor
       mfu miou mos mota mrr ms_ssim mutual_info mutual_information ndcg nmi npv nsd
       opportunity_ratio p_at parity_ratio pauc pck pearson pearsonr pesq pickscore picp ppv pq
       prauc prec precision predictive_value profit psnr qps quasi_exact_match qwk r2 r_2 r_at
       r_squared rand_index recall reciprocal_rank request_rate return revenue rew reward roc roi
       rouge rougel rougelsum rps rq rsquared rtfx sacrebleu safe_answer safe_output
       safe_response sari sdr sensitivity sharpe si_sdr signal_to_noise sisdr sisnr skill_score
       snr solve sortino spearman spearmanr specificity spice sq ssim statistical_power stoi
       tflop throughput tn tnr token_rate top1 top10 top2 top3 top5 top_1 top_3 top_5 tp tpr tps
       trueskill uas v_measure variance_explained win win_loss winrate wip xcomet youden'),
    ('quality', 'accept acceptance adequacy adequate adherence adherent adoption aesthetic agreement
       aligned alignment appropriate approval attainment benefit bit_saved calibrated calibration
       capability clarity clear coherence coherent compilable compiles complete completeness
       concise consistency consistent contact_resolution containment convergence_rate conversion
       coverage covered creative creativity csat ctr deflection diverse diversity empathy
       engagement engaging entailed entailment executable executes explainability factual
       factuality fair fairness faithful fidelity fitness flesch fluency fluent following gain
       generalization good grounded grounding harmless helpful honest honesty includes inclusion
       inclusive informative insightful instruction_following intelligibility interpretability
       json_valid lift match natural novelty nps originality parseable performance persuasive
       plausibility polite politeness positive_feedback preservation privacy progress quality
       readability readable reading_ease relevance relevancy reliability reliable resolution_rate
       retention robust safe safety satisfaction schema_valid secure security serendipity
       silhouette similarity speed stability stable supported thumbs_up trust trustworthiness
       truth truthful unique uniqueness uplift usability useful util utilisation utility
       utilization valid_answer valid_json valid_output valid_pct valid_rate valid_response
       valid_sql validity well_formed'),
    ('task', 'agieval aider aime alpaca_eval alpacaeval anli arc arc_challenge arc_easy arena_hard bbh
       beir bench bfcl bigbench boolq c_eval ceval chartqa cifar10 cifar100 cmmlu coco cola
       commonsenseqa csqa docvqa g_eval gaia geval glue gpqa gsm gsm8k hellaswag hle human_eval
       humaneval ifeval imagenet lambada livecodebench logiqa longbench math mathvista mbpp
       medmcqa medqa mgsm mmlu mmmu mnli mrpc mt_bench mteb musr needle niah openbookqa osworld
       piqa qnli qqp race rte ruler simpleqa siqa squad sst stsb superglue swe tau2 tau_bench
       textvqa truthfulqa vqa webarena winogrande wnli xnli'),
    ('event', 'accepted accurate completed completion compliance compliant hit matched pass passed passes
       reached relevant solved success successful verified'),
    ('bad', '4xx 5xx abandonment abs_rel absrel ace ade aic anomalies anomaly artifact asd assd ate
       average_rank avg_rank backlog bad bias biased bic bit_per bounce bpb bpc bpt breach brier
       brisque bug cer cfid chamfer churn clipped collision complaint concern confabulation
       contamination contradicted contradiction contradictory copied corrupt corrupted corruption
       crash cross_entropy crossentropy crps danger dcf deception deceptive default_rate defect
       degradation degraded deletion demographic_parity_difference der deterioration deviance
       deviation disagreement discrepancy disparity distortion dists divergence downtime drawdown
       drift drop_rate dropped drops duplicate duplication ece edit_distance eer emd empty
       energy_distance energy_score epe err error escalation evasion evasive evicted eviction
       exceedance exceeded exception excess fabricated fabrication fad fail failed failing
       failure fallback false_alarm falsehood far fault fde fdr fid flakiness flaky flip_rate fn
       fnr forgetting fp fpr fragmentation frr frustration fvd gap hallucinate hallucinated
       hallucination hamming harm hate hateful hausdorff hazard hd95 hd_95 hinge huber id_switch
       id_switches idsw impurity incident inertia insertion instability insult interference
       invalid invalidity issue jer jitter jsd kid kl kld leak leakage leaked levenshtein logcosh
       loss lost lpips mae malformed malware manipulation mape mase mcd mce mdape mean_rank medae
       median_rank memorization mer minade misclassification misclassified misinformation
       mismatch_rate miss missed missing mistake mmd mpjpe mre mse msle nan neg_log_likelihood
       neg_log_prob neg_loglikelihood negative_feedback negative_log negative_log_likelihood
       negative_log_prob negativity niqe nll noise noise_sensitivity nrmse nsfw null odds_diff
       odds_difference offensive oom opportunity_diff opportunity_difference outlier over_refusal
       over_rejection overconfidence overfit overfitting overflow overhead overrefusal
       overreliance overshoot pampjpe parity_diff parity_difference penalty pending perplexity
       pii pinball piqe plagiarism population_stability ppl preempted preemption profane
       profanity prompt_sensitivity psi race_condition rate_limit rate_limited redundancy
       redundant regressed regression regret repeated repetition repetitive residual retried
       retries retry reward_hacking risk rmsd rmse rmsle rollback rpe sce ser sfid shortfall
       silog slowdown smape spam sse stale staleness stall stalled stereotype stereotypical
       stress stuck substitution surprisal sycophancy sycophantic tax ter threat throttle
       throttled thumbs_down timeout toxicity truncated truncation unanswered underconfidence
       underfitting underflow undetected unresolved unsubscribe verbosity violated violation
       violence volatility vulnerabilities vulnerability wape warning wasserstein waste wasted
       wer wil winkler wis wmape worse wrong xent'),
    ('attack', 'adversarial_success asr attack backdoor dangerous exfiltration exploit harmful injection
       jailbreak malicious membership_inference toxic unsafe'),
    ('right', 'correct correctly true'),
    ('wrong', 'exaggerated excessive false incorrect incorrectly unnecessary wrongful wrongly'),
    ('amount', 'artifact_size bandwidth_usage bandwidth_used binary_size bundle_size cache_size
       cache_usage carbon checkpoint_size co2 co2e cold_start cost delay disk_size download_size
       duration e2el elapsed electricity emission expense file_size flop footprint gmac gpu_day
       gpu_hour gpu_minute gpu_second index_size itl joule kv_cache_usage kwh lag latencies
       latency macs memory_size model_size mttd mttr nfe package_size page_fault param parameter
       price queue_depth queue_length queue_size queue_time real_time_factor realtime_factor rss
       rtf runtime spend startup tbt tpot ttfb ttft ttlt turnaround wallclock walltime watt wh'),
    ('resource', 'cpu disk dist distance energy hbm heap mem memory power ram storage time vram wait waiting'),
    ('token', 'tok token'),
    ('share', 'frac fraction freq frequency incidence index indicator likelihood metric pct percent
       percentage prevalence prob probability proportion rate ratio share'),
    ('score', 'grade rating score'),
    ('count', 'cnt count counts n nb no_of num number'),
    ('thing', 'answer attempt batch call case categories category char character chunk citation class
       classes client cluster coefficient conversation doc document edge episode epoch example
       expert feature file fold frame game generation head image img instance interaction it item
       iter iteration job label layer message neuron node page paragraph passage prediction
       problem prompt queries query question record reference replica req request response
       rollout row run sample sentence sequence service shot step task test_case ticket time_step
       timestep trial turn user word worker'),
    ('setting', 'alpha audio_duration audio_length audio_second backward_pass beta bit bit_rate bitrate
       budget clip_duration clip_frac clip_fraction clip_range clipfrac code coef concurrency
       context_window cutoff date depth dim dimension dp_size dropout dropout_rate end_time
       entropy exit_code forward_pass frequency_penalty gamma grad_norm gradient_norm height
       horizon_length id kl_coefficient lambda learning_rate len length length_penalty limit lr
       max_iter max_iteration max_length max_new max_new_token max_retry max_step max_token
       max_turn momentum num_worker offset p_val p_value parallelism param_norm port
       precision_bit presence_penalty processed pvalue quantile quantization rank
       repetition_penalty return_code sample_rate sampling_rate scale seed seen size
       speech_duration start_time statistic status_code support t_stat target temp temperature
       threshold timestamp top_k top_p tp_size trained version video_duration video_second vocab
       vocabulary warmup weight weight_decay weight_norm width window year z_score'),
    ('money', 'cent dollar eur gbp usd'),
    ('bytes', 'byte gb gib gigabyte kb mb megabyte mib tb'),
    ('time', 'day hour hr microsecond millisecond mins minute ms msec nanosecond ns s sec second secs us
       usec'),
    ('cure', 'awareness corrected correction defence defense detection detector fixed handling
       identification immunity improvement localization met mitigation prevention protection
       recognition recovery remediation removal removed resilience resistance resolved robustness
       screening speed_up speedup suppression within'),
    ('saved', 'avoidance avoided mtbf mttf prevented saved saving savings uptime'),
    ('drop', 'decrease decreased drop reduced reduction'),
    ('drop_of', 'decrease_in decrease_of drop_from drop_in drop_of reduction_in reduction_of'),
    ('inverse', 'inv inverse inverted neg_brier neg_log neg_max neg_mean neg_median neg_root negated
       one_minus reciprocal'),
    ('not', 'no non not without zero'),
    ('blocked', 'block blocked closed defended filtered free intercepted mitigated neutralized recovered'),
    ('spare', 'active available cache_read cache_write cached dwell idle play remaining screen session
       spare survival unused watch'),
    ('change', 'change delta diff difference'),
    ('spread', 'ci ci_high ci_low confidence_interval confidence_level iqr lower_bound lower_ci mad
       margin_of_error range sd se spread standard_deviation standard_error std std_dev std_err
       std_error stddev stderr stdev sterr upper_bound upper_ci var variance'),
    ('aside', 'across against at between by for from given in of on than under versus vs when with'),
    ('per', 'per'),
    ('until', 'day_to epoch_to hour_to mean_time_between step_to time_between time_to'),
    ('refusal', 'abstain abstention refusal refused reject rejected rejection'),
    ('unclear', 'ambiguity anomaly_score arousal caught classification classifier cognitive_load
       coleman_liau complexity compression confidence cpu_util cpu_utilization credit
       demographic_parity detected difficulty discovered disparate_impact draw effort emotion
       error_budget event fever fkgl flag flagged flesch_kincaid formality found gflop
       gpu_percent gpu_usage handled identified importance intensity interval_score
       likelihood_ratio log_score loss_scale mood neg_loss polarity priority propensity
       quantile_score reading_level reported self_bleu sentiment severity smog subjectivity tie
       tolerance trigger uncertainty valence'),
    ('plain', 'a abs absolute actual agent aggregate aggregated all allocated an and api are average
       averaged avg benchmark benign best bin bootstrap bucket client_side consumed consumption
       cuda cumulative current custom cv daily default dev device e2e ema end_to_end estimated
       eval evaluation few_shot final flexible g generated global gpu gram grouped host hourly
       human in_domain inference input interval is judge k kg last level llm local log loose
       macro max maximum mean median mg micro min minimum model monthly moving new none norm
       normalised normalized old or out_of_domain output overall pctl peak percentile pred
       predicted process produced raw read reasoning received relative request_level reserved
       rolling root sent server smoothed spent squared strict sum symmetric taken test the total
       train training usage used val validation value weekly weighted worst written zero_shot')
    ) as k (kind, words)
    cross join lateral regexp_split_to_table(k.words, '\s+') as w (word)));
end $do$;

/*
 * metric_stem(p_word, p_words) -> the form of a word that metric_words has, or null
 *
 * errors -> error, bleu4 -> bleu, helpfulness -> helpful
 */
create function benchmark_private.metric_stem(p_word text, p_words jsonb)
  returns text language plpgsql immutable parallel safe security invoker set search_path = ''
as $$
declare
  form text;
begin
  foreach form in array array[
    p_word,
    case when p_word !~ '^t?p[0-9]{2,}$' then substring(p_word from '^(.+[^0-9])[0-9]+$') end,
    case when p_word like '%ies' then left(p_word, -3) || 'y' end,
    case when p_word like '%es' and length(p_word) > 4 then left(p_word, -2) end,
    case when p_word like '%s' and length(p_word) > 2 then left(p_word, -1) end,
    case when p_word like '%ness' and length(p_word) > 5 then left(p_word, -4) end]
  loop
    if p_words ? form then
      return form;
    end if;
  end loop;
  return null;
end $$;

/*
 * metric_kind(p_word, p_words) -> the kind of a word, as metric_words has it or as the word looks
 */
create function benchmark_private.metric_kind(p_word text, p_words jsonb)
  returns text language plpgsql immutable parallel safe security invoker set search_path = ''
as $$
declare
  prefix text;
begin
  if p_words ? p_word then
    return p_words ->> p_word;
  elsif p_word ~ '^[0-9]' then
    return 'number';
  elsif p_word ~ '^t?p[0-9]{2,}$' then
    return 'percentile';
  end if;
  -- inaccurate, mismatch
  foreach prefix in array '{un,in,ir,im,mis,dis}'::text[] loop
    if starts_with(p_word, prefix)
       and p_words ->> benchmark_private.metric_stem(substr(p_word, length(prefix) + 1), p_words) in ('good', 'quality', 'event', 'right') then
      return 'bad';
    end if;
  end loop;
  -- bertscore
  return case
    when p_word ~ '..(accuracy|precision|recall)$' then 'good'
    when p_word ~ '..score$'                       then 'score'
    when p_word ~ '..(loss|error)$'                then 'bad'
    when p_word ~ '..latency$'                     then 'amount'
    when p_word ~ '..(bench|qa)$'                  then 'task'
    else 'unknown' end;
end $$;

/*
 * metric_by_name(p_name) -> (direction, unit, is_amount): what a name says of its metric
 *
 * The words are read from left to right, and the last one that says a direction decides. The same,
 * step by step, as crates/bench-model/src/metric/rules.rs, which gives examples.
 *
 * p_name     its first 100 characters are read: no metric has a longer name, and anyone may ask
 * Returns    exactly one row; direction = null: the name doesn't say; neither: it says that there is none
 */
create function benchmark_private.metric_by_name(p_name text)
  returns table (direction text, unit text, is_amount boolean)
  language plpgsql immutable parallel safe rows 1 security invoker set search_path = ''
as $$
declare
  good  constant text[] := '{good,right,quality,task,event,cure,saved}'::text[];
  bad   constant text[] := '{bad,attack,refusal,amount,resource,token,bytes}'::text[];
  paid  constant text[] := '{amount,resource,token,bytes}'::text[];
  kind_of   constant jsonb := benchmark_private.metric_words();
  part      text[];
  stem      text;
  pieces    text[] := '{}'::text[];
  words     text[] := '{}'::text[];
  kinds     text[] := '{}'::text[];
  place     integer := 1;
  size      integer;
  word      text;
  kind      text;
  next_word text;
  next_kind text;
  before    text;
  last_kind text := 'plain';
  about     text := 'plain';  -- what the name is about
  is_inverse     boolean := false;
  has_unknown    boolean := false;
  has_tail       boolean := false;  -- an unknown word follows what the name is about
  is_aside       boolean := false;  -- what follows only qualifies
  is_at          boolean := false;
  was_at         boolean;
  is_first       boolean;
  is_pair        boolean;
  is_set         boolean;
  has_percentile boolean := false;
  has_others     boolean := false;
  per            integer;
begin
  -- Words: mAP@0.5, rougeL, tokensPerSecond.
  for part in select regexp_matches(left(p_name, 100), '([A-Za-z0-9]*)([^A-Za-z0-9]?)', 'g') loop
    stem := benchmark_private.metric_stem(lower(part[1] collate "C"), kind_of);
    if stem is not null then
      pieces := pieces || stem;
    elsif part[1] <> '' then
      foreach word in array regexp_split_to_array(
        regexp_replace(regexp_replace(part[1], '([a-z0-9])([A-Z])', '\1 \2', 'g'), '([A-Z])([A-Z][a-z])', '\1 \2', 'g'), ' ')
      loop
        word := lower(word collate "C");
        pieces := pieces || coalesce(benchmark_private.metric_stem(word, kind_of), word);
      end loop;
    end if;
    pieces := pieces || case part[2] when '%' then '{pct}' when '@' then '{at}' when '$' then '{usd}' when '/' then '{/}' else '{}' end::text[];
  end loop;
  size := cardinality(pieces);
  if size > 2 and pieces[size - 1] = '/' and kind_of ->> pieces[size] = 'time' then
    pieces[size - 1] := 'per';  -- tok/s
  end if;
  pieces := array_remove(pieces, '/');

  while place <= cardinality(pieces) loop
    size := least(3, cardinality(pieces) - place + 1);
    loop
      word := array_to_string(pieces[place:place + size - 1], '_');
      exit when size = 1 or kind_of ? word;
      size := size - 1;
    end loop;
    kind := benchmark_private.metric_kind(word, kind_of);
    words := words || word;
    kinds := kinds || kind;
    place := place + size;
  end loop;
  -- Reading.
  place := 1;
  while place <= cardinality(words) loop
    word := words[place];
    kind := kinds[place];
    next_word := coalesce(words[place + 1], '');
    next_kind := coalesce(kinds[place + 1], 'plain');
    before := last_kind;
    last_kind := kind;
    was_at := is_at;
    is_at := is_at and kind = 'number';
    is_first := place = 1 and cardinality(words) > 1;
    place := place + 1;

    continue when kind in ('plain', 'number');
    if kind = 'percentile' then
      has_percentile := true;
      continue;
    elsif kind = 'spread' and (not is_first or word like 'st%' or strpos(word, '_') > 0) then
      about := kind;
      exit;
    end if;
    has_others := true;
    continue when about = 'saved' or was_at and (kind = 'good' or kind = 'bad' and word like '__r') or is_aside and kind <> 'drop';

    has_tail := has_tail and kind in ('unknown', 'share', 'count');
    is_set := about not in ('plain', 'thing', 'spare');
    is_pair := case kind
      when 'right'   then next_kind in ('bad', 'attack', 'refusal', 'unclear')
      when 'wrong'   then next_kind in ('good', 'quality', 'event', 'cure', 'bad', 'refusal', 'unclear')
      when 'not'     then next_kind in ('good', 'quality', 'event', 'right', 'bad', 'attack')
      when 'blocked' then next_kind in ('bad', 'attack')
      else false end;
    place := place + is_pair::integer;

    if kind in ('unknown', 'spread') then
      has_unknown := true;
      has_tail := true;
    elsif kind in ('inverse', 'drop_of') then
      is_inverse := is_inverse = is_set;
    elsif kind = 'aside' then
      is_at := is_set and word = 'at';
      is_aside := is_set and not (word = 'at' and next_kind = 'number');
    elsif kind = 'per' and place > 2 then
      is_aside := true;
      if (next_kind in ('time', 'money') or next_word in ('watt', 'joule', 'kwh', 'wh'))
         and about not in ('bad', 'attack', 'refusal', 'amount', 'resource', 'unclear', 'spare')
         and (about <> 'plain' or next_word in ('s', 'sec', 'second')) then
        about := 'good';
      end if;
    elsif kind = 'until' then
      is_aside := true;
      about := case when 'bad' = any (kinds[place:]) then 'saved' else 'amount' end;
    else
      about := case
        when kind = 'time' and is_first and next_kind <> 'per'                                         then about
        when kind = 'time' and word in ('s', 'sec', 'second') and about in ('thing', 'token')          then 'unclear'
        when kind in ('money', 'bytes') and has_unknown and about = 'plain'                            then about
        when kind = 'refusal' and has_unknown                                                          then 'unclear'
        when kind in ('thing', 'resource') and before = 'count'                                        then 'thing'
        when kind = 'count' and about = 'resource'                                                     then 'thing'
        when kind = 'thing' and about = any (paid) and word in ('step', 'epoch', 'request', 'query')   then about
        when kind = 'thing' and about in ('good', 'quality')
             and word in ('sample', 'example', 'question', 'item', 'row', 'instance', 'prompt', 'run') then 'thing'
        when kind = 'change' and word like 'diff%' and about = any (good)                              then 'unclear'
        when kind = 'blocked' and is_pair                                                              then 'quality'
        when kind = 'not' and is_pair                       then case when next_kind = any (bad) then 'quality' else 'bad' end
        -- What a name is about after a word of this kind.
        when kind = 'good' and about = 'attack' or kind = 'right' and about in ('bad', 'attack')       then 'unclear'
        when kind in ('good', 'right')                                                                 then kind
        when kind in ('quality', 'task', 'event') then case
          when about in ('good', 'right', 'cure')                                                      then about
          when kind = 'event' and about = 'attack'                                                     then 'bad'
          when about in ('plain', 'thing', 'spare', 'token', 'quality', 'task', 'event')               then kind
          else 'unclear' end
        when kind in ('bad', 'wrong')                                                                  then 'bad'
        when kind in ('attack', 'cure', 'unclear', 'saved', 'amount', 'setting')                       then kind
        when kind in ('resource', 'token', 'bytes') and about = 'spare'                                then 'unclear'
        when kind = 'token' and about = 'bad'                                                          then 'bad'
        when kind in ('resource', 'token')                                                             then kind
        when kind = 'score' and about in ('plain', 'thing', 'spare')                                   then 'good'
        when kind in ('score', 'share') and about = 'token'                                            then 'unclear'
        when kind = 'score' and about in ('amount', 'resource', 'bytes', 'setting')                    then 'unclear'
        when kind = 'time' and about = 'spare'                                                         then 'unclear'
        when kind = 'time' and about = 'bytes'                                                         then 'good'
        when kind = 'time' and about in ('plain', 'thing', 'good', 'right', 'quality', 'task', 'event', 'cure', 'refusal') then 'amount'
        when kind = 'money' and about in ('plain', 'thing', 'task')                                    then 'amount'
        when kind = 'bytes' and about in ('plain', 'task')                                             then 'bytes'
        when kind in ('money', 'bytes') and about in ('quality', 'event')                              then 'unclear'
        when kind = 'drop' and about in ('good', 'right', 'quality', 'task', 'event', 'cure')          then 'bad'
        when kind = 'drop' and (about in ('bad', 'attack') or about = any (paid))                      then 'saved'
        when kind = 'blocked' and about in ('bad', 'attack')                                           then 'cure'
        when kind in ('spare', 'blocked') and about = any (paid)                                       then 'unclear'
        when kind in ('spare', 'blocked') and about in ('plain', 'thing')                              then 'spare'
        when kind = 'thing' and (about in ('plain', 'task', 'spare') or about = any (paid))            then 'thing'
        when kind = 'refusal' then case when about in ('plain', 'thing', 'spare') then 'refusal' else 'unclear' end
        else about end;
    end if;
  end loop;

  direction := case
    when about = 'plain' then case when has_percentile and not has_others then 'lower_is_better' end
    when about in ('resource', 'token') and has_tail or about = 'refusal' and has_unknown then null
    when about in ('thing', 'setting', 'spread') then 'neither'
    when about = any (good) then case when is_inverse then 'lower_is_better' else 'higher_is_better' end
    when about = any (bad)  then case when is_inverse then 'higher_is_better' else 'lower_is_better' end end;
  is_amount := coalesce(direction = 'lower_is_better', false) and (about = any (paid) or about = 'plain') and not 'change' = any (kinds);

  -- What stands directly behind `per` is no unit of the value, what comes later is.
  per := coalesce(array_position(kinds, 'per', 2), -1);
  if words[per + 1] in ('s', 'sec', 'second') then
    unit := 'per_second';
  elsif words && '{pct,percent,percentage}' then
    unit := 'percent';
  else
    unit := case when about in ('amount', 'saved') and words && '{cost,price,spend,expense}' then 'usd'
                 when about = 'token' and not has_tail then 'tokens' end;
    for place in 1..cardinality(words) loop
      if kinds[place] in ('time', 'money', 'bytes') and place <> per + 1
         and (place > 1 or cardinality(words) = 1 or per = 2 or kinds[place] <> 'time') then
        unit := case
          when words[place] in ('ms', 'msec', 'millisecond')  then 'ms'
          when words[place] in ('s', 'sec', 'second', 'secs') then 'seconds'
          when words[place] in ('usd', 'dollar')              then 'usd'
          when words[place] = 'byte'                          then 'bytes'
          when words[place] in ('mb', 'megabyte')             then 'mb'
          when words[place] in ('gb', 'gigabyte')             then 'gb' end;
      end if;
    end loop;
  end if;
  return next;
end $$;

/*
 * metric_definition(p_name text) -> one row of (name, unit, direction, min, max, scale, is_declared)
 *
 * The definition of a metric: from benchmark_metrics; what nobody has stated there is derived from
 * the name.
 *
 * Called by  detect_regression, and analysts
 * Returns    exactly one row; is_declared = false when all of it is derived from the name; a name
 *            that says nothing is `neither`: shown, never judged
 */
create function public.metric_definition(p_name text)
  returns table (name text, unit text, direction text, min double precision, max double precision, scale text, is_declared boolean)
  language sql stable rows 1 security invoker set search_path = ''
as $$
  select m.name, coalesce(m.unit, said.unit), coalesce(m.direction, said.direction, 'neither'), m.min, m.max, m.scale, true
  from public.benchmark_metrics m
  cross join lateral benchmark_private.metric_by_name(case when m.direction is null or m.unit is null then m.name end) as said
  where m.name = p_name
  union all
  select p_name, said.unit, coalesce(said.direction, 'neither'), case when said.is_amount then 0 end, null, 'relative', false
  from (select where p_name is not null and not exists (select from public.benchmark_metrics m where m.name = p_name) offset 0) as undeclared
  cross join lateral benchmark_private.metric_by_name(p_name) as said
$$;

comment on function public.metric_definition is 'Unit, direction and range of a metric: as declared in benchmark_metrics, else as its name says';

/*
 * worse_by(p_value, p_baseline, p_direction, p_scale) -> by how much the value is worse
 *
 * p_direction, p_scale  as returned by metric_definition
 * Returns    positive when worse, negative when better: a difference where the scale is absolute,
 *            otherwise a share of the baseline; null when the metric has no direction, a value is
 *            missing, or the baseline is 0
 */
create function benchmark_private.worse_by(p_value numeric, p_baseline numeric, p_direction text, p_scale text)
  returns numeric language sql immutable parallel safe security invoker set search_path = ''
as $$
  select (p_baseline - p_value)
    * case p_direction when 'higher_is_better' then 1 when 'lower_is_better' then -1 end
    / case p_scale when 'absolute' then 1 else nullif(abs(p_baseline), 0) end
$$;

/*
 * json_double(p_json) -> the number, as a double precision
 *
 * Returns    null for what is no number, or beyond a double precision; what is nearly 0 is 0
 */
create function benchmark_private.json_double(p_json jsonb)
  returns double precision language sql immutable parallel safe security invoker set search_path = ''
as $$
  select round(n, 300)::double precision
  from (select case jsonb_typeof(p_json) when 'number' then p_json::numeric end) as stated (n)
  where abs(n) <= 1e308
$$;

/*
 * is_bound(p_json) -> whether it can be a bound of a range: a number that a double precision holds
 */
create function benchmark_private.is_bound(p_json jsonb)
  returns boolean language sql immutable strict parallel safe security invoker set search_path = ''
as $$
  select not jsonb_path_exists(p_json, 'strict $ ? (@.type() != "number" || @ > 1e308 || @ < -1e308)')
$$;

/*
 * log_metric(p_metric) -> void
 *
 * Adds what is in force for a metric to benchmark_metric_declarations.
 */
create function benchmark_private.log_metric(p_metric public.benchmark_metrics)
  returns void language sql volatile security invoker set search_path = ''
as $$
  insert into public.benchmark_metric_declarations (metric, unit, direction, min, max, description, source, reason, declared_by, declared_at)
  values (p_metric.name, p_metric.unit, p_metric.direction, p_metric.min, p_metric.max, p_metric.description, p_metric.source, p_metric.reason,
          p_metric.declared_by, p_metric.declared_at)
$$;

/*
 * declare_metrics(p_definitions jsonb, p_declared_by text) -> void
 *
 * Adds missing metrics, and to those that runs have declared what nobody has stated yet. What is
 * stated stays, until set_metric corrects it.
 *
 * Called by  ingest_runs, with the metric_definitions of its runs
 * p_definitions  {"my_metric": {"unit": "ms", "direction": "lower_is_better", "min": 0, "max": null,
 *            "description": "…"}, …}; what is left out stays open
 * Raises     22023  the argument or a declaration is no object, or a declaration has an unknown direction or an empty range
 *            22023  a known metric is declared with another direction, unit or bound; not where
 *                   set_metric has spoken, there the declaration is ignored
 * Rights     security definer, as no client may write the catalogue; execute for service_role, through ingest_runs
 */
create function benchmark_private.declare_metrics(p_definitions jsonb, p_declared_by text default null)
  returns void language plpgsql volatile security definer set search_path = ''
as $$
declare
  declared record;
  wrong    record;
  known    public.benchmark_metrics;
  said     public.benchmark_metrics;
  problem  text;
begin
  if jsonb_typeof(p_definitions) <> 'object' then
    raise exception using errcode = '22023',
      message = format('metric_definitions must be an object, found %s', jsonb_typeof(p_definitions)),
      hint    = 'write {"my_metric": {"unit": "ms", "direction": "lower_is_better"}}';
  end if;

  -- In order of names, so that two pushes that declare the same ones cannot deadlock.
  for declared in select d.key as name, d.value as body from jsonb_each(p_definitions) as d order by d.key loop
    select d.key as name, d.problem into wrong
    from (
      select key, case
        when value = 'null' then null
        when key in ('unit', 'direction', 'description') and jsonb_typeof(value) <> 'string' then 'must be a text, found ' || left(value::text, 80)
        when key in ('unit', 'description') then benchmark_private.text_problem(value #>> '{}')
        when key in ('min', 'max') and not benchmark_private.is_bound(value) then 'must be a finite number, found ' || left(value::text, 80) end
      from jsonb_each(case jsonb_typeof(declared.body) when 'object' then declared.body else '{}' end)
    ) as d (key, problem)
    where d.problem is not null
    limit 1;

    problem := case
      when jsonb_typeof(declared.body) <> 'object'
        then format('metric_definitions.%s must be an object, found %s', declared.name, jsonb_typeof(declared.body))
      when benchmark_private.text_problem(declared.name, 100) is not null
        then format('a metric''s name %s', benchmark_private.text_problem(declared.name, 100))
      when benchmark_private.text_problem(p_declared_by) is not null
        then format('triggered_by %s', benchmark_private.text_problem(p_declared_by))
      when wrong.name is not null then format('metric_definitions.%s.%s %s', declared.name, wrong.name, wrong.problem)
      when declared.body ->> 'direction' not in ('higher_is_better', 'lower_is_better', 'neither')
        then format('metric_definitions.%s.direction must be higher_is_better, lower_is_better or neither, found "%s"',
                    declared.name, left(declared.body ->> 'direction', 80))
      when benchmark_private.json_double(declared.body -> 'min') >= benchmark_private.json_double(declared.body -> 'max')
        then format('metric_definitions.%s.min must be below max, found %s and %s',
                    declared.name, left(declared.body ->> 'min', 80), left(declared.body ->> 'max', 80))
    end;
    if problem is not null then
      raise exception using errcode = '22023', message = problem,
        hint = 'write {"unit": "ms", "direction": "lower_is_better", "min": 0}, and leave out a bound that does not exist';
    end if;

    said.unit        := declared.body ->> 'unit';
    said.direction   := declared.body ->> 'direction';
    said.min         := benchmark_private.json_double(declared.body -> 'min');
    said.max         := benchmark_private.json_double(declared.body -> 'max');
    said.description := declared.body ->> 'description';

    insert into public.benchmark_metrics (name, unit, direction, min, max, description, declared_by)
    values (declared.name, said.unit, said.direction, said.min, said.max, said.description, p_declared_by)
    on conflict (name) do nothing
    returning * into known;

    if known.name is null then
      select * into known from public.benchmark_metrics m where m.name = declared.name;
      continue when known.source = 'person';

      problem := case
        when known.direction <> said.direction
          then format('`%s` is %s in earlier runs, this run says %s', declared.name, known.direction, said.direction)
        when known.unit <> said.unit
          then format('`%s` is measured in %s in earlier runs, this run says %s', declared.name, known.unit, said.unit)
        -- A bound that is left out is no other one; the catalogue leaves none open.
        when known.min <> said.min or known.max <> said.max
             or known.source = 'catalogue' and (coalesce(said.min, known.min), coalesce(said.max, known.max)) is distinct from (known.min, known.max)
             or coalesce(known.min, said.min) >= coalesce(known.max, said.max)
          then format('`%s` has min %s and max %s in earlier runs, this run says %s and %s', declared.name,
                      coalesce(known.min::text, 'none'), coalesce(known.max::text, 'none'),
                      coalesce(declared.body ->> 'min', 'none'), coalesce(declared.body ->> 'max', 'none'))
      end;
      if problem is not null then
        raise exception using errcode = '22023', message = problem,
          hint = format('a metric keeps its direction, unit and range; fix the report, or correct the metric: `bench-push metric set %s …`', declared.name);
      end if;

      update public.benchmark_metrics m
      set unit = coalesce(m.unit, said.unit), direction = coalesce(m.direction, said.direction),
          min = coalesce(m.min, said.min), max = coalesce(m.max, said.max), description = coalesce(m.description, said.description),
          declared_by = p_declared_by, declared_at = clock_timestamp()
      where m.name = declared.name and m.source = 'report'
        and (m.unit is null and said.unit is not null or m.direction is null and said.direction is not null
             or m.min is null and said.min is not null or m.max is null and said.max is not null
             or m.description is null and said.description is not null)
      returning m.* into known;
      continue when not found;
    end if;
    perform benchmark_private.log_metric(known);
  end loop;
end $$;

/*
 * set_metric(p_name, p_direction, p_unit, p_range, p_reason, p_declared_by) -> the row of benchmark_metrics
 *
 * States or corrects what a metric means. From then on, reports that declare something else are
 * stored, and their declaration is ignored.
 *
 * Called by  `bench-push metric set`: POST /rest/v1/rpc/set_metric
 * p_direction, p_unit  null: as before
 * p_range    [min, max], null where there is no bound; null: as before
 * p_reason, p_declared_by  why, and who
 * Returns    the row in force from now on; stating the same again adds no line to the history
 * Raises     22023  nothing is stated, the reason is missing, a direction is unknown, or a range is none
 * Rights     security definer, as no client may write the catalogue; execute for service_role only
 */
create function public.set_metric(
  p_name text, p_direction text default null, p_unit text default null, p_range jsonb default null, p_reason text default null,
  p_declared_by text default null
)
  returns public.benchmark_metrics language plpgsql volatile security definer set search_path = ''
as $$
declare
  known   public.benchmark_metrics;
  low     double precision := benchmark_private.json_double(p_range -> 0);
  high    double precision := benchmark_private.json_double(p_range -> 1);
  problem text := case
    when benchmark_private.text_problem(p_name, 100) is not null or p_name is null
      then format('a metric''s name %s', coalesce(benchmark_private.text_problem(p_name, 100), 'is missing'))
    when coalesce(p_direction, p_unit, p_range::text) is null then 'nothing is stated: neither direction, unit nor range'
    when p_direction not in ('higher_is_better', 'lower_is_better', 'neither')
      then format('direction must be higher_is_better, lower_is_better or neither, found "%s"', p_direction)
    when benchmark_private.text_problem(p_unit) is not null then format('unit %s', benchmark_private.text_problem(p_unit))
    when jsonb_typeof(p_range) <> 'array' or jsonb_array_length(p_range) <> 2 or low >= high
         -- Not read as "no bound": that is null.
         or exists (select from jsonb_array_elements(p_range) as bound where bound <> 'null' and not benchmark_private.is_bound(bound))
      then format('range must be [min, max], each a finite number or null, with min below max, found %s', left(p_range::text, 80))
    when p_reason is null then 'the reason is missing' end;
begin
  perform benchmark_private.refuse_remarks(p_reason, p_declared_by, 'declared_by');
  if problem is not null then
    raise exception using errcode = '22023', message = problem,
      hint = 'state at least one of direction, unit and range, and why: others read it in the history of the metric';
  end if;

  insert into public.benchmark_metrics (name, source) values (p_name, 'person') on conflict (name) do nothing;
  update public.benchmark_metrics m
  set direction = coalesce(p_direction, m.direction), unit = coalesce(p_unit, m.unit),
      min = case when p_range is null then m.min else low end, max = case when p_range is null then m.max else high end,
      source = 'person', reason = p_reason, declared_by = p_declared_by, declared_at = clock_timestamp()
  where m.name = p_name
    and (m.source, m.reason, m.declared_by, m.direction, m.unit, m.min, m.max) is distinct from
        ('person', p_reason, p_declared_by, coalesce(p_direction, m.direction), coalesce(p_unit, m.unit),
         case when p_range is null then m.min else low end, case when p_range is null then m.max else high end)
  returning m.* into known;
  if found then
    perform benchmark_private.log_metric(known);
  else
    select * into known from public.benchmark_metrics m where m.name = p_name;
  end if;
  return known;
end $$;

comment on function public.set_metric is 'States or corrects the direction, unit or range of a metric, with who and why';

-- Grants.
revoke execute on function
  public.metric_definition, benchmark_private.metric_words, benchmark_private.metric_stem, benchmark_private.metric_kind, benchmark_private.metric_by_name,
  benchmark_private.worse_by, benchmark_private.json_double, benchmark_private.is_bound, benchmark_private.declare_metrics,
  benchmark_private.log_metric
  from public;
revoke execute on function public.set_metric from public, anon, authenticated;
grant  execute on function public.set_metric to service_role;
grant  execute on function
  public.metric_definition, benchmark_private.metric_words, benchmark_private.metric_stem, benchmark_private.metric_kind, benchmark_private.metric_by_name,
  benchmark_private.worse_by, benchmark_private.json_double to anon, authenticated, service_role;
$migration_20261126000400$;
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('20261126000400', array[migration], 'metric_catalogue');
end if;

-- ---------------------------------------------------------------------------------------------
-- 20261126000500_admission.sql
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '20261126000500') then
migration := $migration_20261126000500$
/*
 * Admission: the checks before a run is stored, whether it arrives through ingest_runs, a plain
 * insert through the REST API, or SQL.
 *
 *   1  it is validated; a refusal is a sentence with a hint
 *   2  its configuration is found or created, and locked until the transaction ends
 *   3  if its idempotency_key is known, it is skipped: nothing is stored, and no version is used up;
 *      if the stored run is another one, that is a conflict
 *   4  it gets the next version of its configuration
 *
 * The lock, on one row of benchmark_configurations, comes before the look-up: a later statement
 * sees everything committed while it waited, so of two equal runs sent at once, one finds the other.
 *
 * A plain insert locks configurations in the order of its rows. Two of them in opposite orders at
 * once can end with 40P01 for one, which then has stored nothing and may be repeated as it is.
 * ingest_runs sorts first, so it cannot happen there.
 */

/*
 * lock_configuration(model, dataset, prompt, environment) -> id of the configuration
 *
 * Finds or creates the configuration and locks its row until the transaction ends.
 *
 * Rights     security definer, as no client may write configurations; execute for service_role, through ingest_runs
 */
create function benchmark_private.lock_configuration(
  p_model_version text, p_dataset_version text, p_prompt_version text, p_environment text
)
  returns integer language plpgsql volatile security definer set search_path = ''
as $$
declare
  found_id integer;
begin
  loop
    select c.id into found_id
    from public.benchmark_configurations c
    where c.model_version = p_model_version and c.dataset_version = p_dataset_version
      and c.prompt_version = p_prompt_version and c.environment = p_environment
    for no key update;

    exit when found;

    -- Another transaction may be creating it: then this waits, and the loop finds its row.
    insert into public.benchmark_configurations (model_version, dataset_version, prompt_version, environment)
    values (p_model_version, p_dataset_version, p_prompt_version, p_environment)
    on conflict do nothing;
  end loop;
  return found_id;
end $$;

/*
 * identity(p_run) -> what makes the run, column by column
 *
 * Two runs with one idempotency_key that differ in it are a conflict. Tags, notes, duration, links,
 * source and is_mainline may differ when a run is sent again: what was stored first stays. bench-push's key covers the same columns:
 * crates/bench-model/src/idempotency.rs.
 */
create function benchmark_private.identity(p_run public.benchmark_transactions)
  returns jsonb language sql immutable security invoker set search_path = ''
as $$
  select jsonb_build_object(
    'commit_sha', p_run.commit_sha, 'model_version', p_run.model_version, 'dataset_version', p_run.dataset_version,
    'prompt_version', p_run.prompt_version, 'environment', p_run.environment, 'run_id', p_run.run_id,
    'run_attempt', p_run.run_attempt, 'metrics', p_run.metrics, 'metric_stats', nullif(p_run.metric_stats, '{}'),
    'params', nullif(p_run.params, '{}'), 'details', nullif(p_run.details, '{}'), 'dataset_size', p_run.dataset_size,
    'error_count', p_run.error_count, 'success_count', p_run.success_count)
$$;

/*
 * derived_key(p_run) -> idempotency key
 *
 * The identity of a run whose client gave no idempotency_key: SHA-256 over the columns that make the
 * run (see identity), and the time if the client gave one.
 *
 * Called by  admit_run and ingest_runs
 * Returns    'sql:' and 64 hexadecimal digits; a key that bench-push computes has no prefix
 * Rights     security invoker; execute for service_role, through ingest_runs
 */
create function benchmark_private.derived_key(p_run public.benchmark_transactions)
  returns text language sql stable security invoker set search_path = ''
as $$
  select 'sql:' || encode(sha256(convert_to(jsonb_build_array(
    benchmark_private.identity(p_run),
    -- Equal to the transaction's time, the column's default: then the client gave none.
    case when p_run.created_at <> now() then extract(epoch from p_run.created_at) end
  )::text, 'UTF8')), 'hex')
$$;

/*
 * identity_differs(p_sent, p_stored) -> names of the columns in which they are not one run, or null
 *
 * A run that was sent without a time, which then has the transaction's, agrees with any time.
 */
create function benchmark_private.identity_differs(p_sent public.benchmark_transactions, p_stored public.benchmark_transactions)
  returns text[] language sql stable security invoker set search_path = ''
as $$
  select array_agg(name order by name)
  from (
    select sent.key as name from jsonb_each(benchmark_private.identity(p_sent)) as sent
    join jsonb_each(benchmark_private.identity(p_stored)) as stored on stored.key = sent.key and stored.value <> sent.value
    union all
    select 'created_at' where p_sent.created_at not in (p_stored.created_at, now())
  ) as other
$$;

/*
 * text_problem(p_text, p_most, p_lines) -> why it is not a name or a text, or null
 *
 * The rule of bench-model's text.rs, held to it by a test: not empty and not invisible, no control
 * character and none that turns the direction of writing, at most p_most characters and three bytes
 * for each, so that any four names fit into one entry of an index. A name has no white space around
 * it, because "m" and "m " would be two models that look alike.
 *
 * p_lines    true: line breaks, tabs and white space around the text are allowed
 * Returns    the end of a sentence whose subject is the column
 */
create function benchmark_private.text_problem(p_text text, p_most integer default 255, p_lines boolean default false)
  returns text language plpgsql immutable parallel safe security invoker set search_path = ''
as $$
declare
  control text := substring(p_text from '[\u0001-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]');
begin
  if p_lines then
    control := substring(p_text from '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]');
  end if;
  return case
    when p_text !~ ('[^\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f'
      '\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a'
      '\U000e0000-\U000e0fff]') then 'is empty'
    when control is not null then format(
      'must not contain control characters, found U+%s at character %s', upper(lpad(to_hex(ascii(control)), 4, '0')), position(control in p_text))
    when not p_lines and p_text ~ '^[ \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]|[ \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$'
      then 'must not have white space around it'
    when length(p_text) > p_most then format('must have at most %s characters, found %s', p_most, length(p_text))
    when octet_length(p_text) > 3 * p_most then format('must have at most %s bytes, found %s', 3 * p_most, octet_length(p_text))
  end;
end $$;

/*
 * refuse_remarks(p_reason, p_by, p_field) -> void
 *
 * Raises 22023 for a reason or a name, called p_field, that is no text, as people give them with a baseline or a state.
 */
create function benchmark_private.refuse_remarks(p_reason text, p_by text, p_field text)
  returns void language plpgsql immutable security invoker set search_path = ''
as $$
declare
  problem text := coalesce('reason ' || benchmark_private.text_problem(p_reason, 10000, true),
                           p_field || ' ' || benchmark_private.text_problem(p_by));
begin
  if problem is not null then
    raise exception using errcode = '22023', message = problem, hint = 'leave it out when there is nothing to say';
  end if;
end $$;

/*
 * explain_refusal(p_run, p_quick) -> void
 *
 * Raises an error for the first problem of a run; returns if there is none. No stored run is one
 * that bench-push, the dashboard or another reader of JSON cannot read. It admits any text as
 * commit_sha, as the original's scripts may send one; bench-push wants the name of a commit.
 *
 * Called by  admit_run; sql/import_original_runs.sql
 * p_quick    false: looks at each value also where the shape tells; a test holds the two together
 * Raises     22023  with a hint, and which run it is as the detail
 */
create function benchmark_private.explain_refusal(p_run public.benchmark_transactions, p_quick boolean default true)
  returns void language plpgsql stable security invoker set search_path = ''
as $$
declare
  told text[];
  -- Every run pays for the conditions, so the common case is told by its shape: printable ASCII,
  -- nothing blank, nothing long. Which value is wrong is asked of the others only.
  is_plain constant boolean := p_quick
    and (p_run.commit_sha, p_run.model_version, p_run.dataset_version, p_run.prompt_version, p_run.environment, p_run.idempotency_key) is not null
    and concat(p_run.commit_sha, p_run.model_version, p_run.dataset_version, p_run.prompt_version, p_run.environment, p_run.idempotency_key,
               p_run.model_provider, p_run.branch_name, p_run.run_id, p_run.triggered_by, p_run.notes, array_to_string(p_run.tags, '', E'\t')) !~ '[^ -~]'
    and concat_ws(E'\n', p_run.commit_sha, p_run.model_version, p_run.dataset_version, p_run.prompt_version, p_run.environment,
                  p_run.idempotency_key, nullif(p_run.model_provider, ''), nullif(p_run.branch_name, ''), nullif(p_run.run_id, ''),
                  nullif(p_run.triggered_by, ''), nullif(p_run.notes, ''), array_to_string(nullif(p_run.tags, '{}'), E'\n'))
        !~ '(^|\n)( |\n|$)| (\n|$)'
    and greatest(length(p_run.commit_sha), length(p_run.model_version), length(p_run.dataset_version), length(p_run.prompt_version),
                 length(p_run.environment), length(p_run.idempotency_key), length(p_run.model_provider), length(p_run.branch_name),
                 length(p_run.run_id), length(p_run.triggered_by), length(p_run.notes), length(p_run.tags::text)) <= 255
    and p_run.metrics::text ~ '^\{("[!#-[\]-~]([ !#-[\]-~]*[!#-[\]-~])?": -?[0-9.]+(, )?)+\}$'
    and (length(p_run.metrics::text) <= 100 or p_run.metrics::text !~ '[^"]{101}');
begin
  if coalesce(array_ndims(p_run.tags), 1) > 1 or cardinality(p_run.tags) > 50 then
    told := array[format('tags must be a list of at most 50 texts, found %s in %s', cardinality(p_run.tags), array_dims(p_run.tags)),
                  'write ["nightly", "gpu"]; longer lists belong in details'];
  elsif not is_plain then
    select array[
      format('%s %s', l.name, coalesce(wrong.problem, 'is missing')),
      case when wrong.problem ~ 'at most' then 'put long text into notes or details'
           when wrong.problem ~ 'control' then 'leave out characters that cannot be seen'
           when wrong.problem ~ 'around' then 'trim it'
           else coalesce(l.way_out, 'leave it out when there is nothing to say') end] into told
    from (
      values
        ('commit_sha', p_run.commit_sha, 255, 'pass the hash that `git rev-parse HEAD` prints'),
        ('model_version', p_run.model_version, 255, 'name the model, so that runs are compared with their like'),
        ('dataset_version', p_run.dataset_version, 255, 'name the dataset, so that runs are compared with their like'),
        ('prompt_version', p_run.prompt_version, 255, 'name the prompt, so that runs are compared with their like'),
        ('environment', p_run.environment, 255, 'say where it ran: local, staging, production, github-actions or a name of your own'),
        ('idempotency_key', p_run.idempotency_key, 255, 'leave it out, and the database makes one from what identifies the run'),
        -- Older scripts send an empty text for what they do not know.
        ('model_provider', nullif(p_run.model_provider, ''), 255, null), ('branch_name', nullif(p_run.branch_name, ''), 255, null),
        ('run_id', nullif(p_run.run_id, ''), 255, null), ('triggered_by', nullif(p_run.triggered_by, ''), 255, null),
        ('notes', nullif(p_run.notes, ''), 10000, null)
      union all
      select format('tags[%s]', place - 1), tag, 255, 'tags are texts: ["nightly", "gpu"]'
      from unnest(p_run.tags) with ordinality as each (tag, place)
      union all
      select 'a metric''s name', key, 100, 'name what was measured'
      from jsonb_object_keys(case jsonb_typeof(p_run.metrics) when 'object' then p_run.metrics else '{}' end) as key
    ) as l (name, value, most, way_out)
    cross join lateral benchmark_private.text_problem(l.value, l.most, l.name = 'notes') as wrong (problem)
    where wrong.problem is not null or l.value is null and l.way_out is not null
    limit 1;
  end if;

  if told is not null then
    null;
  elsif p_run.environment !~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$' then
    told := array[
      format('environment must be lower-case letters, digits and dashes, at most 63, found "%s"', p_run.environment),
      format('write "%s"', trim(both '-' from left(regexp_replace(lower(p_run.environment), '[^a-z0-9]+', '-', 'g'), 63)))];
  elsif not isfinite(p_run.created_at) or p_run.created_at < 'epoch' then
    told := array[format('created_at must be a time from 1970 on, found %s', p_run.created_at),
                  'say when the benchmark ran, or leave created_at out for now'];
  elsif p_run.created_at > now() + interval '5 minutes' then
    told := array[
      format('created_at is in the future: %s, and it is %s',
             to_char(p_run.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"'),
             to_char(now() at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"')),
      'set the clock of the machine, give the time with its offset from UTC, or leave created_at out'];
  elsif jsonb_typeof(p_run.metrics) is distinct from 'object' or p_run.metrics = '{}' then
    told := array[
      format('metrics must be an object of numbers, found %s',
             case when p_run.metrics = '{}' then 'an empty one' else coalesce(jsonb_typeof(p_run.metrics), 'nothing') end),
      'write {"f1": 0.895, "latency_ms": 412}'];
  elsif not is_plain and jsonb_path_exists(p_run.metrics, 'strict $.* ? (@.type() != "number" || @ > 1e308 || @ < -1e308)') then
    select array[
      format('metrics.%s must be a finite number, found %s', m.key, left(m.value::text, 80)),
      case when jsonb_typeof(m.value) in ('object', 'array') then 'put nested values into details'
           else 'leave out a metric that the run did not produce, and write numbers without quotes' end] into told
    from jsonb_each(p_run.metrics) as m
    where jsonb_path_exists(m.value, 'strict $ ? (@.type() != "number" || @ > 1e308 || @ < -1e308)')
    order by m.key limit 1;
  elsif (pg_column_size(p_run.metrics) > 8000 or not p_quick) and jsonb_array_length(jsonb_path_query_array(p_run.metrics, '$.*')) > 1000 then
    told := array[
      format('metrics must hold at most 1000 numbers, found %s', jsonb_array_length(jsonb_path_query_array(p_run.metrics, '$.*'))),
      'put results per item or per category into details'];
  elsif p_run.dataset_size < 0 or p_run.error_count < 0 or p_run.success_count < 0
        or p_run.duration_seconds < 0 or p_run.duration_seconds > 1e308 then
    select array[format('%s must be a finite number, 0 or more, found %s', n.name, left(n.value::text, 80)),
                 format('leave out %s when it is not known', n.name)] into told
    from (values ('dataset_size', p_run.dataset_size::numeric), ('duration_seconds', p_run.duration_seconds),
                 ('error_count', p_run.error_count::numeric), ('success_count', p_run.success_count::numeric)) as n (name, value)
    where n.value < 0 or n.value > 1e308 limit 1;
  elsif p_run.run_attempt < 1 then
    told := array[format('run_attempt counts from 1, found %s', p_run.run_attempt), 'leave out run_attempt outside of CI'];
  elsif jsonb_typeof(p_run.metric_stats) <> 'object' or jsonb_typeof(p_run.details) <> 'object' or jsonb_typeof(p_run.params) <> 'object'
        or jsonb_typeof(p_run.links) <> 'object' or jsonb_typeof(p_run.source) <> 'object' then
    select array[format('%s must be an object, found %s', o.name, jsonb_typeof(o.value)),
                 format('write {"%s": {"a name": …}}, or leave it out', o.name)] into told
    from (values ('metric_stats', p_run.metric_stats), ('details', p_run.details), ('params', p_run.params),
                 ('links', p_run.links), ('source', p_run.source)) as o (name, value)
    where jsonb_typeof(o.value) <> 'object' limit 1;
  elsif jsonb_path_exists(p_run.links, 'strict $.* ? (@.type() != "string" || !(@ like_regex "^https?://[^\u0001-\u0020\u007f-\u00a0]+$"))') then
    told := array['links must be addresses that begin with https:// or http://', 'write {"log": "https://ci.example.com/log"}'];
  elsif (not p_quick or p_run.metric_stats::text !~
          '^\{("[^"\\]+": \{(("(n|successes|tp|fp|fn|tn)": [0-9]{1,15}|"(stderr|stddev|ci_level)": [0-9.]+)(, )?)*\}(, )?)*\}$') and (
      jsonb_path_exists(p_run.metric_stats, 'strict $.* ? (@.type() != "object")')
      -- As text, because 150.0 is no count to most readers.
      or jsonb_path_query_array(p_run.metric_stats, '$.*.keyvalue() ? (
        @.key like_regex "^(n|successes|tp|fp|fn|tn)$" && @.value.type() != "null").value')::text !~ '^\[([0-9]{1,15}(, [0-9]{1,15})*)?\]$'
      or jsonb_path_exists(p_run.metric_stats, '$.*.keyvalue() ? (@.value.type() != "null" && (
        @.key like_regex "^(stderr|stddev)$" && @.value < 0
        || @.key like_regex "^(stderr|stddev|ci_low|ci_high|ci_level)$" && @.value.type() != "number"
        || @.key == "values" && @.value.type() != "array"))')
      or jsonb_path_exists(p_run.metric_stats, '$.* ? (@.ci_low > @.ci_high)')
      or jsonb_path_exists(p_run.metric_stats,
        'strict $.*.keyvalue() ? (@.key == "values" && @.value.type() == "array").value[*] ? (@.type() != "number")')) then
    told := array['metric_stats must hold an object of numbers for each metric, with whole counts and spreads of 0 or more, and ci_low up to ci_high',
                  'write {"f1": {"n": 150, "stderr": 0.012, "values": [1, 0, 1]}}'];
  elsif (not p_quick or concat(p_run.metric_stats, p_run.details, p_run.params, p_run.source) ~ '[0-9]{40}')
        and jsonb_path_exists(jsonb_build_array(p_run.metric_stats, p_run.details, p_run.params, p_run.source),
                              '$.** ? (@ > 1e308 || @ < -1e308)') then
    told := array['metric_stats, details, params and source must hold no number beyond 1e308, which most readers cannot hold',
                  'write it as a text'];
  -- So deep a value takes more than 500 bytes.
  elsif (not p_quick or greatest(
          pg_column_size(p_run.metric_stats), pg_column_size(p_run.details), pg_column_size(p_run.params), pg_column_size(p_run.source)) > 500)
        and jsonb_path_exists(jsonb_build_array(p_run.metric_stats, p_run.details, p_run.params, p_run.source), '$.**{66}') then
    told := array['metric_stats, details, params and source must be nested at most 64 deep',
                  'put deep structures into a file, and its address into links'];
  else
    return;
  end if;

  perform benchmark_private.refuse(p_run, told[1], told[2]);
end $$;

/*
 * refuse(p_run, p_message, p_hint) -> nothing: it raises 22023, with the run as the detail
 */
create function benchmark_private.refuse(p_run public.benchmark_transactions, p_message text, p_hint text)
  returns void language plpgsql stable security invoker set search_path = ''
as $$
begin
  raise exception using errcode = '22023', message = p_message, hint = p_hint,
    detail = format('run of %s on %s with prompt %s in %s, commit %s',
                    coalesce(left(p_run.model_version, 80), '?'), coalesce(left(p_run.dataset_version, 80), '?'),
                    coalesce(left(p_run.prompt_version, 80), '?'), coalesce(left(p_run.environment, 80), '?'),
                    coalesce(left(p_run.commit_sha, 80), '?'));
end $$;

/*
 * range_problem(p_metrics) -> the first value outside of its metric's range, or no row
 *
 * A name that nobody declared has no range, and sums and 32-bit numbers may miss a bound by a millionth.
 *
 * Called by  refuse_impossible, for all runs of a statement together; sql/import_original_runs.sql
 * p_metrics  metrics of runs that explain_refusal admits
 * Returns    place  of the metrics in p_metrics, from 1; the message and the hint of the refusal
 */
create function benchmark_private.range_problem(p_metrics jsonb[])
  returns table (place bigint, message text, hint text)
  language sql stable rows 1 security invoker set search_path = ''
as $$
  select run.place,
         format('metrics.%s must be %s, found %s', m.key,
                case when r.max is null then r.min || ' or more' when r.min is null then r.max || ' or less'
                     else format('between %s and %s', r.min, r.max) end, left(measured.value::text, 80)),
         case when r.unit = 'ratio' and measured.value between 2 and 100
                then format('%s looks like percent; write %s', measured.value, trim_scale(measured.value / 100))
              else 'a metric keeps its range; another measure needs another name' end
  from unnest(p_metrics) with ordinality as run (metrics, place)
  cross join lateral jsonb_each(run.metrics) as m
  join public.benchmark_metrics r on r.name = m.key
  cross join lateral (select m.value::numeric) as measured (value)
  where measured.value < (r.min - 1e-6 * greatest(1, abs(r.min)))::numeric
     or measured.value > (r.max + 1e-6 * greatest(1, abs(r.max)))::numeric
  order by run.place, m.key limit 1
$$;

/*
 * refuse_impossible() -> trigger
 *
 * Refuses a value that its metric cannot have, such as 89.5 for f1.
 *
 * Raises     22023  as explain_refusal
 * Rights     security definer: it calls what clients may not; a trigger function, callable by no one
 */
create function benchmark_private.refuse_impossible()
  returns trigger language plpgsql volatile security definer set search_path = ''
as $$
declare
  ids   uuid[];
  wrong record;
begin
  select array_agg(run.id order by run.id) into ids from new_runs as run;
  select p.* into wrong from benchmark_private.range_problem(array(select run.metrics from new_runs as run order by run.id)) as p;
  if found then
    perform benchmark_private.refuse(t, wrong.message, wrong.hint) from public.benchmark_transactions t where t.id = ids[wrong.place];
  end if;
  return null;
end $$;

create trigger refuse_impossible after insert on public.benchmark_transactions
  referencing new table as new_runs
  for each statement execute function benchmark_private.refuse_impossible();

/*
 * admit_run() -> trigger
 *
 * Validates, keys, locks and numbers one run before it is stored; skips a run already stored.
 *
 * Raises     22023  the run is not valid (see explain_refusal)
 *            23505  its idempotency_key is that of another run
 * Rights     security definer: it writes benchmark_configurations, which clients may not;
 *            a trigger function, callable by no one
 */
create function benchmark_private.admit_run()
  returns trigger language plpgsql volatile security definer set search_path = ''
as $$
declare
  known   public.benchmark_transactions;
  differs text[];
begin
  new.id := coalesce(new.id, gen_random_uuid());
  new.created_at := coalesce(new.created_at, now());
  new.is_mainline := coalesce(new.is_mainline, true);
  if new.idempotency_key is null then
    new.idempotency_key := benchmark_private.derived_key(new);
  end if;

  perform benchmark_private.explain_refusal(new);

  new.configuration_id := benchmark_private.lock_configuration(
    new.model_version, new.dataset_version, new.prompt_version, new.environment);

  select t.* into known from public.benchmark_transactions t where t.idempotency_key = new.idempotency_key;
  if found then
    differs := benchmark_private.identity_differs(new, known);
    if differs is null then
      return null;
    end if;
    raise exception using errcode = '23505',
      message = format('the idempotency_key is that of run %s, which differs in %s', known.id, array_to_string(differs, ', ')),
      hint    = 'a key stands for one result; leave it out, and the database makes one from what identifies the run';
  end if;

  select coalesce(max(t.version), 0) + 1 into new.version
  from public.benchmark_transactions t
  where t.configuration_id = new.configuration_id;

  new.recorded_at := clock_timestamp();
  return new;
end $$;

create trigger admit_run before insert on public.benchmark_transactions
  for each row execute function benchmark_private.admit_run();

-- Grants.
revoke execute on function
  benchmark_private.lock_configuration, benchmark_private.derived_key, benchmark_private.identity, benchmark_private.identity_differs,
  benchmark_private.text_problem, benchmark_private.refuse_remarks, benchmark_private.explain_refusal, benchmark_private.refuse, benchmark_private.range_problem,
  benchmark_private.refuse_impossible, benchmark_private.admit_run from public;
$migration_20261126000500$;
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('20261126000500', array[migration], 'admission');
end if;

-- ---------------------------------------------------------------------------------------------
-- 20261126000550_main_line.sql
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '20261126000550') then
migration := $migration_20261126000550$
/*
 * The main line: the runs that make the history.
 *
 * A run counts if it belongs to the main line and is not retracted. What counts makes snapshots,
 * daily sums, levels and baselines. Side runs (pull requests, other branches) and retracted runs stay
 * readable, in benchmark_transactions, list_runs and search_runs.
 */

create view public.v_retractions_in_force with (security_invoker = true) as
select said.*
from public.benchmark_retractions said
where said.is_retracted and not exists (
  select from public.benchmark_retractions later where later.transaction_id = said.transaction_id and later.id > said.id
);

comment on view public.v_retractions_in_force is 'The runs that are retracted: by whom, when, why, and which run stands in their place';

create view public.v_main_line with (security_invoker = true) as
select run.*
from public.benchmark_transactions run
where run.is_mainline and not exists (select from public.v_retractions_in_force r where r.transaction_id = run.id);

comment on view public.v_main_line is 'The runs that count: those of the main line that are not retracted';

revoke all on public.v_retractions_in_force, public.v_main_line from public, anon, authenticated, service_role;
grant select on public.v_retractions_in_force, public.v_main_line to anon, authenticated, service_role;

/*
 * retraction(run) -> {"reason": …, "instead": …, "set_by": …, "set_at": …}, or null if it is not retracted
 *
 * Why a run does not count.
 *
 * Called by  PostgREST, as a column: GET /rest/v1/benchmark_transactions?select=id,retraction, also of
 *            rpc/list_runs and rpc/search_runs
 */
create function public.retraction(run public.benchmark_transactions)
  returns jsonb language sql stable security invoker set search_path = ''
as $$
  select case when newest.is_retracted then jsonb_build_object(
           'reason', newest.reason, 'instead', newest.instead_transaction_id, 'set_by', newest.set_by, 'set_at', newest.set_at) end
  from (
    select r.* from public.benchmark_retractions r where r.transaction_id = run.id order by r.id desc limit 1
  ) as newest
$$;

comment on function public.retraction is 'Why a run does not count: reason, instead, set_by, set_at; null if it is not retracted';

-- Grants.
revoke execute on function public.retraction from public;
grant  execute on function public.retraction to anon, authenticated, service_role;
$migration_20261126000550$;
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('20261126000550', array[migration], 'main_line');
end if;

-- ---------------------------------------------------------------------------------------------
-- 20261126000600_derived_state.sql
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '20261126000600') then
migration := $migration_20261126000600$
/*
 * Derived state: snapshots and daily sums, kept in the transaction that stores the runs. Only runs
 * of the main line count in them; retracting a run rebuilds what it was part of.
 *
 * The triggers see the runs of one statement together. Their configurations are locked by admit_run,
 * so no other transaction can change the same rows.
 */

/*
 * keep_snapshots() -> trigger
 *
 * Shows the newest of the runs just stored, unless the run shown is newer still: a backfill counts
 * in snapshot_version but does not replace it. Of two runs of the same time the later arrival is shown.
 * Side runs are not counted and only leave their time in last_updated_at, by which pages see arrivals.
 *
 * Rights     security definer: clients may not write snapshots
 */
create function benchmark_private.keep_snapshots()
  returns trigger language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.benchmark_snapshots as shown (
    configuration_id, model_version, dataset_version, prompt_version, environment,
    snapshot_version, last_updated_at, transaction_id, created_at, commit_sha, model_provider, metrics
  )
  select distinct on (run.configuration_id)
    run.configuration_id, run.model_version, run.dataset_version, run.prompt_version, run.environment,
    count(*) over arrivals, max(run.recorded_at) over arrivals,
    run.id, run.created_at, run.commit_sha, run.model_provider, run.metrics
  from new_runs as run
  where run.is_mainline
  window arrivals as (partition by run.configuration_id)
  order by run.configuration_id, run.created_at desc, run.version desc
  on conflict (configuration_id) do update set
    snapshot_version = shown.snapshot_version + excluded.snapshot_version,
    last_updated_at  = greatest(shown.last_updated_at, excluded.last_updated_at),
    (transaction_id, created_at, commit_sha, model_provider, metrics, is_active, is_baseline) = (
      select excluded.transaction_id, excluded.created_at, excluded.commit_sha, excluded.model_provider,
             excluded.metrics, true, false
      where excluded.created_at >= shown.created_at
      union all
      select shown.transaction_id, shown.created_at, shown.commit_sha, shown.model_provider,
             shown.metrics, shown.is_active, shown.is_baseline
      where excluded.created_at < shown.created_at
    );

  update public.benchmark_snapshots s
  set last_updated_at = greatest(s.last_updated_at, side.arrived_at)
  from (select run.configuration_id, max(run.recorded_at) as arrived_at from new_runs as run where not run.is_mainline group by 1) as side
  where s.configuration_id = side.configuration_id;
  return null;
end $$;

create trigger keep_snapshots after insert on public.benchmark_transactions
  referencing new table as new_runs
  for each statement execute function benchmark_private.keep_snapshots();

/*
 * daily_sums(p_configuration_ids, p_times, p_metrics) -> one row per configuration, metric and UTC day
 *
 * The sums of runs, given as three lists of the same length.
 *
 * Count, sum and sum of squares are exact decimals: they equal a recomputation from the runs to
 * the last digit, in whatever order the runs came. Percentiles come from a histogram on a
 * logarithmic scale (the idea of DDSketch): the bucket of x > 0 is
 * 1000000 + ceil(ln(x) / ln(1.001 / 0.999)), that of -x its negative, that of 0 is 0. So buckets are
 * in the order of their values, any two histograms are merged by adding counts, and the middle of a
 * bucket is within 0.1 % of every value in it.
 *
 * Called by  keep_daily_metrics, rebuild_day and recount; with lists, as one call per run would cost
 *            more than all the rest
 */
create function benchmark_private.daily_sums(p_configuration_ids integer[], p_times timestamptz[], p_metrics jsonb[])
  returns table (
    configuration_id integer, metric text, day date, runs integer, total numeric, total_squares numeric,
    lowest numeric, highest numeric, buckets integer[], bucket_counts integer[]
  )
  language plpgsql immutable rows 100 security invoker set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  with measured as (
    select run.configuration_id, m.key as metric, (run.created_at at time zone 'UTC')::date as day, m.value::numeric as value,
           case when abs(m.value::numeric) < 1e-300 then 0
             else sign(m.value::numeric)::integer
                  * (1000000 + ceil(ln(abs(m.value::numeric)::double precision) / ln(1.001::double precision / 0.999))::integer)
           end as bucket
    from unnest(p_configuration_ids, p_times, p_metrics) as run (configuration_id, created_at, metrics)
    cross join lateral jsonb_each(run.metrics) as m
  ), counted as (
    select configuration_id, metric, day, bucket,
           count(*)::integer as runs, sum(value) as total, sum(value * value) as total_squares, min(value) as lowest, max(value) as highest
    from measured
    group by configuration_id, metric, day, bucket
  )
  select configuration_id, metric, day, sum(runs)::integer, sum(total), sum(total_squares), min(lowest), max(highest),
         array_agg(bucket order by bucket), array_agg(runs order by bucket)
  from counted
  group by configuration_id, metric, day;
end $$;

/*
 * keep_daily_metrics() -> trigger
 *
 * Adds the runs of the main line just stored to the sums of their configurations, metrics and UTC
 * days (see daily_sums).
 *
 * Rights     security definer: clients may not write the sums
 */
create function benchmark_private.keep_daily_metrics()
  returns trigger language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.benchmark_daily_runs as kept (configuration_id, day, runs)
  select run.configuration_id, (run.created_at at time zone 'UTC')::date, count(*)
  from new_runs as run
  where run.is_mainline
  group by 1, 2 order by 1, 2
  on conflict (configuration_id, day) do update set runs = kept.runs + excluded.runs;

  insert into public.benchmark_daily_metrics as kept (
    configuration_id, metric, day, runs, total, total_squares, lowest, highest, buckets, bucket_counts
  )
  select sums.*
  from (
    select array_agg(run.configuration_id), array_agg(run.created_at), array_agg(run.metrics) from new_runs as run where run.is_mainline
  ) as stored (configuration_ids, times, metrics)
  cross join lateral benchmark_private.daily_sums(stored.configuration_ids, stored.times, stored.metrics) as sums
  order by sums.configuration_id, sums.metric, sums.day
  on conflict (configuration_id, metric, day) do update set
    runs          = kept.runs + excluded.runs,
    total         = kept.total + excluded.total,
    total_squares = kept.total_squares + excluded.total_squares,
    lowest        = least(kept.lowest, excluded.lowest),
    highest       = greatest(kept.highest, excluded.highest),
    (buckets, bucket_counts) = (
      select array_agg(merged.bucket order by merged.bucket), array_agg(merged.runs order by merged.bucket)
      from (
        select both_sides.bucket, sum(both_sides.runs)::integer as runs
        from (
          select * from unnest(kept.buckets, kept.bucket_counts)
          union all
          select * from unnest(excluded.buckets, excluded.bucket_counts)
        ) as both_sides (bucket, runs)
        group by both_sides.bucket
      ) as merged
    );
  return null;
end $$;

create trigger keep_daily_metrics after insert on public.benchmark_transactions
  referencing new table as new_runs
  for each statement execute function benchmark_private.keep_daily_metrics();

/*
 * histogram_percentile(p_buckets, p_counts, p_share) -> value
 *
 * Computes a percentile from a histogram of benchmark_daily_metrics.
 *
 * Called by  v_daily_metrics; analysts
 * p_buckets, p_counts  as stored: buckets in ascending order, counts beside them
 * p_share    between 0 and 1: 0.5 is the median, 0.95 the 95th percentile
 * Raises     22023  more than 100,000 buckets, or not as many counts
 * Returns    the smallest value that at least this share of the runs does not exceed, as
 *            percentile_disc does, within 0.1 % of it; null for an empty histogram
 */
create function public.histogram_percentile(p_buckets integer[], p_counts integer[], p_share double precision)
  returns double precision language plpgsql immutable strict parallel safe security invoker set search_path = ''
as $$
declare
  wanted  double precision;
  so_far  bigint := 0::bigint;
  bucket  integer;
begin
  if cardinality(p_buckets) > 100000 or cardinality(p_counts) <> cardinality(p_buckets) then
    raise exception using errcode = '22023',
      message = format('a histogram has at most 100000 buckets and as many counts, found %s and %s', cardinality(p_buckets), cardinality(p_counts)),
      hint    = 'give buckets and bucket_counts of benchmark_daily_metrics, of fewer days or configurations';
  end if;
  select p_share * sum(c) into wanted from unnest(p_counts) as c;

  for i in 1 .. coalesce(array_length(p_buckets, 1), 0) loop
    so_far := so_far + p_counts[i];
    bucket := p_buckets[i];
    -- Rounding may make a sum of shares miss an integer.
    exit when so_far >= wanted - 1e-9;
  end loop;

  return case
    when bucket is null then null
    when bucket = 0 then 0
    else sign(bucket) * exp((abs(bucket) - 1000000 - 0.5) * ln(1.001::double precision / 0.999))
  end;
end $$;

comment on function public.histogram_percentile is 'A percentile of a histogram of benchmark_daily_metrics, within 0.1 %';

-- Grants.
revoke execute on function
  benchmark_private.keep_snapshots, benchmark_private.daily_sums, benchmark_private.keep_daily_metrics, public.histogram_percentile from public;
grant  execute on function public.histogram_percentile to anon, authenticated, service_role;
grant  execute on function benchmark_private.daily_sums to service_role;
$migration_20261126000600$;
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('20261126000600', array[migration], 'derived_state');
end if;

-- ---------------------------------------------------------------------------------------------
-- 20261126000700_ingest.sql
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '20261126000700') then
migration := $migration_20261126000700$
/*
 * ingest_runs(p_runs jsonb) -> (idempotency_key, id, version, created_at, outcome, differs) per run
 *
 * Stores up to 1,000 runs, or none. Sending them again changes nothing. A run whose key is that of
 * another run is not stored, and the others are.
 *
 * Called by  `bench-push push`: POST /rest/v1/rpc/ingest_runs
 * p_runs     an array; each element has columns of benchmark_transactions, without id, recorded_at,
 *            version and configuration_id, and may have metric_definitions
 *            (shape: IngestRun in crates/bench-model/src/rest/payload.rs)
 * Returns    one row per element, in the same order; id, version and created_at are the stored run's
 *            outcome   stored; known: the key was stored before or occurs earlier in p_runs;
 *                      conflict: it was, for a run that differs in what makes a run
 *            differs   of a conflict: the columns in which the stored run differs
 * Raises     22023  p_runs is no array, holds more than 1,000 runs, or a run is not valid;
 *                   the message names the problem, the detail the run
 *            22023  metric_definitions contradict the catalogue
 * Rights     security invoker; execute for service_role only
 *
 * Locks the configurations in a fixed order before it stores anything, so that parallel pushes of
 * many configurations cannot deadlock.
 */
create function public.ingest_runs(p_runs jsonb)
  returns table (
    idempotency_key text, id uuid, version integer, created_at timestamptz, outcome text, differs text[]
  )
  language plpgsql volatile security invoker set search_path = ''
as $$
#variable_conflict use_column
declare
  unknown_field record;
  runs          public.benchmark_transactions[];
begin
  if jsonb_typeof(p_runs) is distinct from 'array' then
    raise exception using errcode = '22023',
      message = format('p_runs must be an array of runs, found %s', coalesce(jsonb_typeof(p_runs), 'nothing')),
      hint    = 'write {"p_runs": [{"model_version": …}]}';
  elsif jsonb_array_length(p_runs) > 1000 then
    raise exception using errcode = '22023',
      message = format('p_runs must hold at most 1000 runs, found %s', jsonb_array_length(p_runs)),
      hint    = 'send the runs in several requests; each is stored as a whole';
  end if;

  select run.position, f.name into unknown_field
  from jsonb_array_elements(p_runs) with ordinality as run (body, position)
  cross join lateral (
    select null as name where jsonb_typeof(run.body) <> 'object'
    union all
    select k from jsonb_object_keys(case jsonb_typeof(run.body) when 'object' then run.body else '{}' end) as k
    where k <> all (array[
      'created_at', 'commit_sha', 'branch_name', 'model_version', 'model_provider', 'dataset_version',
      'dataset_size', 'prompt_version', 'environment', 'run_id', 'run_attempt', 'triggered_by', 'is_mainline', 'metrics',
      'metric_stats', 'details', 'duration_seconds', 'error_count', 'success_count', 'tags', 'notes',
      'params', 'links', 'source', 'idempotency_key', 'metric_definitions'])
  ) as f
  order by run.position
  limit 1;
  if found then
    raise exception using
      errcode = '22023',
      message = case when unknown_field.name is null
                  then format('p_runs[%s] must be an object', unknown_field.position - 1)
                  else format('p_runs[%s] has a field `%s` that a run does not have', unknown_field.position - 1, unknown_field.name) end,
      hint    = 'the fields are the columns of benchmark_transactions that a client may set; put anything else into details';
  end if;

  -- One by one in the order of names, over all runs, so that two pushes cannot deadlock.
  perform benchmark_private.declare_metrics(case when d.name is null then d.body else jsonb_build_object(d.name, d.body) end, d.declared_by)
  from (
    select distinct each.name, each.body, run.body ->> 'triggered_by' as declared_by
    from jsonb_array_elements(p_runs) as run (body)
    cross join lateral (
      select d.key, d.value
      from jsonb_each(case jsonb_typeof(run.body -> 'metric_definitions') when 'object' then run.body -> 'metric_definitions' else '{}' end) as d
      union all
      -- No object, which is refused.
      select null, run.body -> 'metric_definitions' where jsonb_typeof(run.body -> 'metric_definitions') not in ('object', 'null')
    ) as each (name, body)
    order by each.name nulls first, each.body, declared_by
  ) as d;

  -- Ids are chosen here: afterwards they distinguish new runs from existing ones.
  select array_agg(
           jsonb_populate_record(sent.run, jsonb_build_object(
             'id', gen_random_uuid(),
             'idempotency_key', coalesce((sent.run).idempotency_key, benchmark_private.derived_key(sent.run))))
           order by sent.position)
  into runs
  from (
    select element.position,
           jsonb_populate_record(
             null::public.benchmark_transactions,
             element.body || jsonb_build_object('created_at', coalesce(element.body ->> 'created_at', now()::text))
           ) as run
    from jsonb_array_elements(p_runs) with ordinality as element (body, position)
  ) as sent;

  perform benchmark_private.lock_configuration(c.model_version, c.dataset_version, c.prompt_version, c.environment)
  from (
    select distinct r.model_version, r.dataset_version, r.prompt_version, r.environment
    from unnest(runs) as r
    -- Invalid values, which an index may not hold, are refused below, with a reason.
    where (r.model_version, r.dataset_version, r.prompt_version, r.environment) is not null
      and octet_length(concat(r.model_version, r.dataset_version, r.prompt_version, r.environment)) <= 2500
    order by 1, 2, 3, 4
  ) as c;

  -- The first of each key that is not stored: admit_run would refuse the request for one conflict.
  insert into public.benchmark_transactions
  select (fresh.run).*
  from (
    select distinct on (sent.key) runs[sent.place] as run, sent.place
    from (select r.idempotency_key, r.ordinality from unnest(runs) with ordinality as r) as sent (key, place)
    where not exists (select from public.benchmark_transactions t where t.idempotency_key = sent.key)
    order by sent.key, sent.place
  ) as fresh
  order by fresh.place
  -- Only for the same key in two configurations at once, which admit_run cannot see.
  on conflict (idempotency_key) do nothing;

  return query
  select stored.idempotency_key, stored.id, stored.version, stored.created_at,
         case when stored.id = r.id then 'stored' when other.columns is null then 'known' else 'conflict' end, other.columns
  from unnest(runs) with ordinality as r
  join public.benchmark_transactions stored on stored.idempotency_key = r.idempotency_key
  cross join lateral (
    select case when stored.id <> r.id then benchmark_private.identity_differs(runs[r.ordinality], stored) end as columns
  ) as other
  order by r.ordinality;
end $$;

comment on function public.ingest_runs is 'Stores up to 1,000 runs, or none; a run that is stored already is answered and not stored again';

-- Grants, including for the functions that it calls.
revoke execute on function public.ingest_runs from public, anon, authenticated;
grant  execute on function
  public.ingest_runs, benchmark_private.declare_metrics, benchmark_private.lock_configuration, benchmark_private.derived_key,
  benchmark_private.identity, benchmark_private.identity_differs to service_role;
$migration_20261126000700$;
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('20261126000700', array[migration], 'ingest');
end if;

-- ---------------------------------------------------------------------------------------------
-- 20261126000800_baselines.sql
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '20261126000800') then
migration := $migration_20261126000800$
/*
 * Baselines: the runs that others are compared with, marked by a person or by CI.
 *
 * A baseline has a scope: one configuration; a model on a data set and environment, whatever the
 * prompt; or every model on a data set and environment (the production model). Marking and clearing
 * add a row to benchmark_baselines; the newest row of a scope is in force, without those whose run is
 * retracted (see standing_marks). For a run to judge, the baseline of its configuration applies; otherwise of its model; otherwise of its data set. The rule
 * is in baseline_scopes, and each scope is one look-up in the index of scope_key.
 */

/*
 * baseline_scopes(model, dataset, prompt, environment) -> three rows (place, scope, key)
 *
 * The scopes of a configuration, the narrowest at place 1, each with the scope_key of its rows in
 * benchmark_baselines.
 */
create function benchmark_private.baseline_scopes(
  p_model_version text, p_dataset_version text, p_prompt_version text, p_environment text
)
  returns table (place integer, scope text, key text[])
  language sql immutable rows 3 security invoker set search_path = ''
as $$
  values
    (1, 'configuration', array['configuration', p_dataset_version, p_environment, p_model_version, p_prompt_version]),
    (2, 'model',         array['model',         p_dataset_version, p_environment, p_model_version, null]),
    (3, 'dataset',       array['dataset',       p_dataset_version, p_environment, null,            null])
$$;

/*
 * standing_marks: the rows of benchmark_baselines without those whose run is retracted. They are as if
 * they had never been set, so the mark before them is in force again, until the run is restored.
 */
create view benchmark_private.standing_marks with (security_invoker = true) as
select mark.*
from public.benchmark_baselines mark
where not exists (select from public.v_retractions_in_force r where r.transaction_id = mark.transaction_id);

revoke all on benchmark_private.standing_marks from public, anon, authenticated, service_role;
grant select on benchmark_private.standing_marks to anon, authenticated, service_role;

/*
 * at_most(p_list, p_most, p_name) -> the list, or 22023 if it has more elements
 *
 * What anyone may call costs no more than its list is long, so lists are short.
 */
create function benchmark_private.at_most(p_list anyarray, p_most integer, p_name text)
  returns anyarray language plpgsql immutable parallel safe security invoker set search_path = ''
as $$
begin
  if cardinality(p_list) > p_most then
    raise exception using errcode = '22023', message = format('%s must have at most %s elements, found %s', p_name, p_most, cardinality(p_list)),
      hint    = 'ask several times, for some of them each';
  end if;
  return p_list;
end $$;

/*
 * baseline_for(model, dataset, prompt, environment) -> (transaction_id, found_by), or no row
 *
 * The baseline in force for a configuration, even for one that never ran.
 *
 * Called by  detect_regression, against_baselines, what_changed; the dashboard and the CLI
 * Returns    found_by  configuration, model or dataset: the scope it was marked with
 */
create function public.baseline_for(
  p_model_version text, p_dataset_version text, p_prompt_version text, p_environment text
)
  returns table (transaction_id uuid, found_by text)
  language sql stable rows 1 security invoker set search_path = ''
as $$
  select newest.transaction_id, s.scope
  from benchmark_private.baseline_scopes(p_model_version, p_dataset_version, p_prompt_version, p_environment) as s
  cross join lateral (
    select b.transaction_id from benchmark_private.standing_marks b where b.scope_key = s.key order by b.id desc limit 1
  ) as newest
  where newest.transaction_id is not null
  order by s.place limit 1
$$;

comment on function public.baseline_for is 'The baseline that counts for a configuration: its own, else its model''s, else its data set''s, else none';

/*
 * baseline_history_for(p_configuration_ids) -> one row per period, the oldest first
 *
 * The baseline in force for each configuration over time: what baseline_for returned at each point,
 * had the runs that are retracted now never been marked.
 *
 * Called by  the dashboard's trends: GET /rest/v1/rpc/baseline_history_for?p_configuration_ids={3,7}
 * p_configuration_ids  which ones; of more than 250 different ones the first 250 by number
 * Returns    counted_from, counted_until  start and end of the period; until is null for the current one.
 *            A time without a baseline has no row
 *            transaction_id, version, commit_sha, created_at, metrics  of the baseline run
 *            found_by, reason, marked_by  scope, reason and person of the mark
 */
create function public.baseline_history_for(p_configuration_ids integer[])
  returns table (
    configuration_id integer, counted_from timestamptz, counted_until timestamptz, found_by text,
    transaction_id uuid, version integer, commit_sha text, created_at timestamptz, metrics jsonb,
    reason text, marked_by text
  )
  language sql stable rows 100 security invoker set search_path = ''
as $$
  with marks as materialized (
    select c.id as configuration_id, s.place, b.*
    from public.benchmark_configurations c
    cross join lateral benchmark_private.baseline_scopes(c.model_version, c.dataset_version, c.prompt_version, c.environment) as s
    join benchmark_private.standing_marks b on b.scope_key = s.key
    where c.id in (
      select distinct asked.id from unnest(benchmark_private.at_most(p_configuration_ids, 10000, 'p_configuration_ids')) as asked (id) where asked.id is not null order by asked.id limit 250)
  ),
  -- After each mark: the newest mark of each scope, the narrowest scope first.
  moments as (
    select m.configuration_id, m.id, m.marked_at,
           array[max(m.id) filter (where m.place = 1) over so_far,
                 max(m.id) filter (where m.place = 2) over so_far,
                 max(m.id) filter (where m.place = 3) over so_far] as newest
    from marks m
    window so_far as (partition by m.configuration_id order by m.id)
  ), counting as (
    select moment.configuration_id, moment.id, moment.marked_at, counts.id as mark, counts.transaction_id, counts.scope,
           lag(counts.id) over (partition by moment.configuration_id order by moment.id) as mark_before
    from moments moment
    left join lateral (
      select m.* from marks m
      where m.configuration_id = moment.configuration_id and m.id = any (moment.newest) and m.transaction_id is not null
      order by m.place limit 1
    ) as counts on true
  ), periods as (
    select c.*, lead(c.marked_at) over (partition by c.configuration_id order by c.id) as counted_until
    from counting c
    where c.mark is distinct from c.mark_before
  )
  select p.configuration_id, p.marked_at, p.counted_until, p.scope,
         run.id, run.version, run.commit_sha, run.created_at, run.metrics, marked.reason, marked.marked_by
  from periods p
  join public.benchmark_baselines marked on marked.id = p.mark
  join public.benchmark_transactions run on run.id = marked.transaction_id
  order by p.configuration_id, p.marked_at, p.id
$$;

comment on function public.baseline_history_for is 'The baseline in force for each configuration over time';

create view public.v_baselines_in_force with (security_invoker = true) as
select newest.id, newest.scope,
       newest.model_version, newest.dataset_version, newest.prompt_version, newest.environment,
       newest.transaction_id, newest.reason, newest.marked_by, newest.marked_at,
       run.configuration_id, run.version as run_version, run.model_version as run_model_version,
       run.prompt_version as run_prompt_version, run.commit_sha as run_commit_sha,
       run.created_at as run_created_at, run.metrics as run_metrics
from benchmark_private.standing_marks newest
join public.benchmark_transactions run on run.id = newest.transaction_id
where not exists (
  select from benchmark_private.standing_marks newer where newer.scope_key = newest.scope_key and newer.id > newest.id
);

comment on view public.v_baselines_in_force is 'The baselines in force, one row per scope, with its run (columns run_…)';

revoke all on public.v_baselines_in_force from public, anon, authenticated, service_role;
grant select on public.v_baselines_in_force to anon, authenticated, service_role;

/*
 * refresh_is_baseline(p_runs) -> void
 *
 * Sets benchmark_snapshots.is_baseline where one of these runs is shown. Locks the snapshots in the order
 * of keep_snapshots, so that a push at the same time cannot deadlock.
 */
create function benchmark_private.refresh_is_baseline(p_runs uuid[])
  returns void language sql volatile security invoker set search_path = ''
as $$
  select count(*) from (
    select from public.benchmark_snapshots s where s.transaction_id = any (p_runs) order by s.configuration_id for no key update
  ) as locked;

  update public.benchmark_snapshots s
  set is_baseline = not s.is_baseline
  where s.transaction_id = any (p_runs)
    and s.is_baseline <> exists (select from public.v_baselines_in_force b where b.transaction_id = s.transaction_id)
$$;

/*
 * show_baselines() -> trigger
 *
 * Sets benchmark_snapshots.is_baseline after a baseline was marked or cleared.
 *
 * Rights     security definer: clients may not write snapshots; a trigger function, callable by no one
 */
create function benchmark_private.show_baselines()
  returns trigger language plpgsql volatile security definer set search_path = ''
as $$
begin
  perform benchmark_private.refresh_is_baseline(array(
    select before.transaction_id from new_marks m join public.benchmark_baselines before on before.scope_key = m.scope_key));
  return null;
end $$;

create trigger show_baselines after insert on public.benchmark_baselines
  referencing new table as new_marks
  for each statement execute function benchmark_private.show_baselines();

/*
 * mark_baseline(p_run, p_scope, p_to, p_reason, p_marked_by) -> (in_force, is_new)
 *
 * The common part of set_baseline and clear_baseline: puts the run p_to, or none, in force for the
 * scope of the run p_run, unless it already is.
 *
 * Calls are serialised, so that the newest row is that of the last caller.
 *
 * Returns    the newest row of the scope, and whether this call added it
 * Raises     as set_baseline
 */
create function benchmark_private.mark_baseline(
  p_run uuid, p_scope text, p_to uuid, p_reason text, p_marked_by text,
  out in_force public.benchmark_baselines, out is_new boolean
)
  language plpgsql volatile security invoker set search_path = ''
as $$
declare
  run_scope text[];
  refused   text[];
begin
  perform benchmark_private.refuse_remarks(p_reason, p_marked_by, 'marked_by');

  select s.key into run_scope
  from public.benchmark_transactions t
  cross join lateral benchmark_private.baseline_scopes(t.model_version, t.dataset_version, t.prompt_version, t.environment) as s
  where t.id = p_run
  order by s.scope = p_scope desc nulls last;

  if run_scope is null then
    raise exception using errcode = '23503', message = format('there is no run %s', coalesce(p_run::text, 'without an id')),
      hint    = 'the id is benchmark_transactions.id, which bench-push prints and the dashboard shows';
  elsif run_scope[1] is distinct from p_scope then
    raise exception using errcode = '22023',
      message = format('a baseline''s scope must be configuration, model or dataset, found "%s"', p_scope),
      hint    = 'configuration holds a run against its like; model and dataset are what a configuration without a baseline falls back to';
  end if;

  -- retract_run takes the same lock.
  lock table public.benchmark_baselines in share row exclusive mode;

  select case when not t.is_mainline then array[
           format('run %s is a side run%s: runs are held against the main line', t.id, ' of branch ' || t.branch_name),
           'mark a run of the main line, such as the one after the merge']
         else array[
           format('run %s is retracted: %s', t.id, left(r.reason, 200)),
           coalesce('mark the run in its place, ' || r.instead_transaction_id, 'mark another run') || ', or restore this one with `bench-push restore`'] end
  into refused
  from public.benchmark_transactions t
  left join public.v_retractions_in_force r on r.transaction_id = t.id
  where t.id = p_to and (not t.is_mainline or r.id is not null);
  if found then
    raise exception using errcode = '22023', message = refused[1], hint = refused[2];
  end if;

  select b.* into in_force from benchmark_private.standing_marks b where b.scope_key = run_scope order by b.id desc limit 1;

  is_new := in_force.transaction_id is distinct from p_to
    or p_to is not null and (in_force.reason, in_force.marked_by) is distinct from (p_reason, p_marked_by);
  if is_new then
    insert into public.benchmark_baselines as b (
      scope, dataset_version, environment, model_version, prompt_version, transaction_id, reason, marked_by
    )
    values (run_scope[1], run_scope[2], run_scope[3], run_scope[4], run_scope[5], p_to, p_reason, p_marked_by)
    returning b.* into in_force;
  end if;
end $$;

/*
 * set_baseline(p_run, p_scope, p_reason, p_marked_by) -> the row of benchmark_baselines in force
 *
 * Marks a run as the baseline of its configuration, its model or its data set.
 *
 * Called by  `bench-push baseline set`: POST /rest/v1/rpc/set_baseline
 * p_run      id of the run
 * p_scope    configuration  runs of the same model, data set, prompt and environment
 *            model          runs of the same model, data set and environment
 *            dataset        all runs on the same data set and environment
 * p_reason, p_marked_by  for people: why, and who
 * Returns    the row in force from now on; marking the same run again with the same reason by the
 *            same person adds no row
 * Raises     23503  the run does not exist
 *            22023  the scope is unknown, a text is not one (see text_problem), or the run is a side run
 *                   or retracted
 * Rights     security definer, as no client may write baselines past this; execute for service_role only
 */
create function public.set_baseline(
  p_run uuid, p_scope text default 'configuration', p_reason text default null, p_marked_by text default null
)
  returns public.benchmark_baselines language sql volatile security definer set search_path = ''
as $$
  select (marked.in_force).* from benchmark_private.mark_baseline(p_run, p_scope, p_run, p_reason, p_marked_by) as marked
$$;

comment on function public.set_baseline is 'Marks a run as the baseline of its configuration, its model or its data set';

/*
 * clear_baseline(p_run, p_scope, p_reason, p_marked_by) -> whether there was one
 *
 * Ends the baseline that is in force for the run's configuration, model or data set. The history
 * keeps it, and says who ended it, when and why.
 *
 * Called by  `bench-push baseline clear`: POST /rest/v1/rpc/clear_baseline
 * p_run      id of any run within the scope, be it the baseline itself or another
 * p_scope, p_reason, p_marked_by  as in set_baseline
 * Returns    false when none was in force (nothing changes)
 * Raises, rights  as set_baseline
 */
create function public.clear_baseline(
  p_run uuid, p_scope text default 'configuration', p_reason text default null, p_marked_by text default null
)
  returns boolean language sql volatile security definer set search_path = ''
as $$
  select marked.is_new from benchmark_private.mark_baseline(p_run, p_scope, null, p_reason, p_marked_by) as marked
$$;

comment on function public.clear_baseline is 'Ends the baseline in force for a run''s configuration, model or data set; the history keeps it';

-- Grants.
revoke execute on function
  benchmark_private.baseline_scopes, benchmark_private.at_most, benchmark_private.refresh_is_baseline, benchmark_private.show_baselines,
  benchmark_private.mark_baseline, public.baseline_for,
  public.baseline_history_for from public;
revoke execute on function public.set_baseline, public.clear_baseline from public, anon, authenticated;
grant  execute on function
  benchmark_private.baseline_scopes, benchmark_private.at_most, public.baseline_for, public.baseline_history_for to anon, authenticated, service_role;
grant  execute on function public.set_baseline, public.clear_baseline to service_role;
$migration_20261126000800$;
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('20261126000800', array[migration], 'baselines');
end if;

-- ---------------------------------------------------------------------------------------------
-- 20261126000850_retractions.sql
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '20261126000850') then
migration := $migration_20261126000850$
/*
 * Retractions: a run is taken back, or counts again. The run itself stays as it was measured.
 *
 * A row of benchmark_retractions says so; the newest row of each run is in force. Snapshots, daily sums
 * and marked baselines follow in the same transaction, and are then what they would be, had the run
 * never been stored.
 */

/*
 * recounted_snapshots: the snapshots, computed from the log of runs. The stored ones equal it.
 */
create view benchmark_private.recounted_snapshots with (security_invoker = true) as
select counted.configuration_id, shown.model_version, shown.dataset_version, shown.prompt_version, shown.environment,
       shown.id as transaction_id, counted.runs as snapshot_version, shown.created_at,
       greatest(arrived.at, decided.at) as last_updated_at, shown.commit_sha, shown.model_provider, shown.metrics,
       exists (select from public.v_baselines_in_force b where b.transaction_id = shown.id) as is_baseline
from (
  select r.configuration_id, count(*)::integer as runs, (array_agg(r.id order by r.created_at desc, r.version desc))[1] as newest
  from public.v_main_line r group by r.configuration_id
) as counted
join public.benchmark_transactions shown on shown.id = counted.newest
join (
  select t.configuration_id, max(t.recorded_at) as at from public.benchmark_transactions t group by t.configuration_id
) as arrived on arrived.configuration_id = counted.configuration_id
left join (
  select t.configuration_id, max(r.set_at) as at
  from public.benchmark_retractions r join public.benchmark_transactions t on t.id = r.transaction_id
  where t.is_mainline group by t.configuration_id
) as decided on decided.configuration_id = counted.configuration_id;

revoke all on benchmark_private.recounted_snapshots from public, anon, authenticated, service_role;
grant select on benchmark_private.recounted_snapshots to service_role;

/*
 * rebuild(p_configuration_id, p_day) -> void
 *
 * Computes the snapshot of a configuration and its sums of one UTC day again from the log of runs.
 * The caller holds the lock of the configuration.
 */
create function benchmark_private.rebuild(p_configuration_id integer, p_day date)
  returns void language plpgsql volatile security invoker set search_path = ''
as $$
declare
  from_time constant timestamptz := p_day::timestamp at time zone 'UTC';
  ids       integer[];
  times     timestamptz[];
  measured  jsonb[];
begin
  select array_agg(t.configuration_id), array_agg(t.created_at), array_agg(t.metrics) into ids, times, measured
  from public.v_main_line t
  where t.configuration_id = p_configuration_id and t.created_at >= from_time and t.created_at < from_time + interval '24 hours';

  delete from public.benchmark_daily_runs d where d.configuration_id = p_configuration_id and d.day = p_day;
  insert into public.benchmark_daily_runs (configuration_id, day, runs)
  select p_configuration_id, p_day, cardinality(times) where times is not null;

  delete from public.benchmark_daily_metrics d where d.configuration_id = p_configuration_id and d.day = p_day;
  insert into public.benchmark_daily_metrics (
    configuration_id, metric, day, runs, total, total_squares, lowest, highest, buckets, bucket_counts
  )
  select sums.* from benchmark_private.daily_sums(ids, times, measured) as sums;

  delete from public.benchmark_snapshots s
  where s.configuration_id = p_configuration_id
    and not exists (select from public.v_main_line t where t.configuration_id = p_configuration_id);
  insert into public.benchmark_snapshots as shown (
    configuration_id, model_version, dataset_version, prompt_version, environment,
    transaction_id, snapshot_version, created_at, last_updated_at, commit_sha, model_provider, metrics, is_baseline
  )
  select again.* from benchmark_private.recounted_snapshots as again where again.configuration_id = p_configuration_id
  on conflict (configuration_id) do update set
    (transaction_id, snapshot_version, created_at, last_updated_at, commit_sha, model_provider, metrics, is_baseline) = (
      excluded.transaction_id, excluded.snapshot_version, excluded.created_at, excluded.last_updated_at, excluded.commit_sha,
      excluded.model_provider, excluded.metrics, excluded.is_baseline);
end $$;

/*
 * follow_retractions() -> trigger
 *
 * Rebuilds what the runs just retracted or restored were part of. Locks their configurations first, as
 * admit_run does, so that a push at the same time is in the sums exactly once.
 *
 * Rights     security definer: clients may not write derived state; a trigger function, callable by no one
 */
create function benchmark_private.follow_retractions()
  returns trigger language plpgsql volatile security definer set search_path = ''
as $$
declare
  touched record;
begin
  -- Before the lock of a configuration, in the order of mark_baseline: its trigger writes snapshots.
  lock table public.benchmark_baselines in share row exclusive mode;

  for touched in
    select t.configuration_id, (t.created_at at time zone 'UTC')::date as day
    from new_rows said join public.benchmark_transactions t on t.id = said.transaction_id
    where t.is_mainline
    group by 1, 2 order by 1, 2
  loop
    perform from public.benchmark_configurations c where c.id = touched.configuration_id for no key update;
    perform benchmark_private.rebuild(touched.configuration_id, touched.day);
  end loop;

  -- Another run may be the baseline of the scope now.
  perform benchmark_private.refresh_is_baseline(array(
    select other.transaction_id
    from new_rows said
    join public.benchmark_baselines mark on mark.transaction_id = said.transaction_id
    join public.benchmark_baselines other on other.scope_key = mark.scope_key));
  return null;
end $$;

create trigger follow_retractions after insert on public.benchmark_retractions
  referencing new table as new_rows
  for each statement execute function benchmark_private.follow_retractions();

/*
 * decide_retraction(p_run, p_is_retracted, p_reason, p_instead, p_set_by) -> (in_force, is_new)
 *
 * The common part of retract_run and restore_run. Calls are serialised with each other and with
 * set_baseline.
 *
 * Returns    the newest row of the run, and whether this call added it
 * Raises     as retract_run
 */
create function benchmark_private.decide_retraction(
  p_run uuid, p_is_retracted boolean, p_reason text, p_instead uuid, p_set_by text,
  out in_force public.benchmark_retractions, out is_new boolean
)
  language plpgsql volatile security invoker set search_path = ''
as $$
declare
  missing uuid;
begin
  perform benchmark_private.refuse_remarks(p_reason, p_set_by, 'set_by');
  if p_reason is null then
    raise exception using errcode = '22023', message = 'the reason is missing',
      hint = 'say in a few words why the run does not count, or why it counts again: those who read it later need to know';
  end if;

  lock table public.benchmark_baselines in share row exclusive mode;

  select asked.id into missing
  from unnest(array[p_run, coalesce(p_instead, p_run)]) as asked (id)
  where not exists (select from public.benchmark_transactions t where t.id = asked.id);
  if found then
    raise exception using errcode = '23503', message = format('there is no run %s', coalesce(missing::text, 'without an id')),
      hint    = 'the id is benchmark_transactions.id, which bench-push prints and the dashboard shows';
  elsif p_instead = p_run then
    raise exception using errcode = '22023', message = 'a run cannot stand in its own place', hint = 'name the run that corrects it';
  elsif exists (select from public.v_retractions_in_force r where r.transaction_id = p_instead) then
    raise exception using errcode = '22023', message = format('run %s is retracted itself', p_instead), hint = 'name a run that counts';
  elsif exists (select from public.benchmark_transactions run
                join public.benchmark_transactions other on other.id = p_instead and not other.is_mainline
                where run.id = p_run and run.is_mainline) then
    raise exception using errcode = '22023',
      message = format('run %s is a side run, which cannot stand in the place of a run of the main line', p_instead),
      hint    = 'name a run of the main line, or leave out which run stands in its place';
  end if;

  select r.* into in_force from public.benchmark_retractions r where r.transaction_id = p_run order by r.id desc limit 1;
  is_new := case
    when p_is_retracted then (in_force.is_retracted, in_force.reason, in_force.instead_transaction_id, in_force.set_by)
                             is distinct from (true, p_reason, p_instead, p_set_by)
    else in_force.is_retracted is true end;
  if is_new then
    insert into public.benchmark_retractions as r (transaction_id, is_retracted, reason, instead_transaction_id, set_by)
    values (p_run, p_is_retracted, p_reason, p_instead, p_set_by)
    returning r.* into in_force;
  end if;
end $$;

/*
 * retract_run(p_run, p_reason, p_instead, p_set_by) -> the row of benchmark_retractions in force
 *
 * Takes a run back: it stays readable and does not count any more.
 *
 * Called by  `bench-push retract`: POST /rest/v1/rpc/retract_run
 * p_run      id of the run
 * p_reason   why, for people; required
 * p_instead  id of the run that stands in its place; null for none
 * p_set_by   who, for people
 * Returns    the row in force; retracting a run again with the same words adds no row
 * Raises     23503  one of the runs does not exist
 *            22023  the reason is missing, a text is not one (see text_problem), or p_instead is retracted,
 *                   the run itself, or a side run in the place of a run of the main line
 * Rights     security definer, as no client may write retractions past this; execute for service_role only
 */
create function public.retract_run(p_run uuid, p_reason text, p_instead uuid default null, p_set_by text default null)
  returns public.benchmark_retractions language sql volatile security definer set search_path = ''
as $$
  select (decided.in_force).* from benchmark_private.decide_retraction(p_run, true, p_reason, p_instead, p_set_by) as decided
$$;

comment on function public.retract_run is 'Takes a run back: it stays readable and does not count any more';

/*
 * restore_run(p_run, p_reason, p_set_by) -> whether it was retracted
 *
 * Lets a retracted run count again. The history keeps both, and says who, when and why.
 *
 * Called by  `bench-push restore`: POST /rest/v1/rpc/restore_run
 * p_run, p_reason, p_set_by  as in retract_run
 * Returns    false when the run counted already (nothing changes)
 * Raises, rights  as retract_run
 */
create function public.restore_run(p_run uuid, p_reason text, p_set_by text default null)
  returns boolean language sql volatile security definer set search_path = ''
as $$
  select decided.is_new from benchmark_private.decide_retraction(p_run, false, p_reason, null, p_set_by) as decided
$$;

comment on function public.restore_run is 'Lets a retracted run count again';

-- Grants.
revoke execute on function
  benchmark_private.rebuild, benchmark_private.follow_retractions, benchmark_private.decide_retraction from public;
revoke execute on function public.retract_run, public.restore_run from public, anon, authenticated;
grant  execute on function public.retract_run, public.restore_run to service_role;
$migration_20261126000850$;
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('20261126000850', array[migration], 'retractions');
end if;

-- ---------------------------------------------------------------------------------------------
-- 20261126000900_change_points.sql
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '20261126000900') then
migration := $migration_20261126000900$
/*
 * Change points: where the level of a metric moved, and people's decisions on it.
 *
 *   suspect    one outlying run; another run would decide
 *   confirmed  the level moved
 *   accepted   it moved, and the new level counts from here on
 *   dismissed  it did not move, or the change does not matter
 *
 * Both tables are append only and written by two functions. SQL computes nothing about them: it
 * keeps one row per change, no matter how often it is found.
 */

/*
 * change_point_state(p_id) -> the row of benchmark_change_point_states in force, or no row
 */
create function benchmark_private.change_point_state(p_id bigint)
  returns setof public.benchmark_change_point_states language sql stable rows 1 security invoker set search_path = ''
as $$
  select s.* from public.benchmark_change_point_states s where s.change_point_id = p_id order by s.id desc limit 1
$$;

/*
 * v_change_points: every change point with its state in force, the runs around it, and its effect on
 * the metric.
 *
 * effect: regressed or improved, by the direction of the metric; changed when the metric has no
 * direction. earliest_… and latest_… are the runs between which the cause lies. A change whose first
 * run does not count (see v_main_line) is not there: the next check finds it again where it counts.
 */
create view public.v_change_points with (security_invoker = true) as
select p.id, p.configuration_id,
       c.model_version, c.dataset_version, c.prompt_version, c.environment,
       p.metric, meaning.unit, meaning.direction, meaning.scale,
       case sign(benchmark_private.worse_by(p.after::numeric, p.before::numeric, meaning.direction, 'absolute'))
         when 1 then 'regressed' when -1 then 'improved' else 'changed'
       end as effect,
       said.state, said.reason, said.set_by, said.set_at,
       p.kind, p.before, p.after, p.delta, p.delta_low, p.delta_high, p.relative, p.in_noise, p.p_value,
       p.method, p.found_by, p.recorded_at,
       p.transaction_id, p.began_at, p.began_version, run.commit_sha, run.branch_name, run.model_provider, run.run_id,
       p.earliest_transaction_id, earliest.version as earliest_version, earliest.commit_sha as earliest_commit_sha,
       earliest.created_at as earliest_created_at,
       p.latest_transaction_id, latest.version as latest_version, latest.commit_sha as latest_commit_sha,
       latest.created_at as latest_created_at
from public.benchmark_change_points p
join public.benchmark_configurations c on c.id = p.configuration_id
join public.v_main_line run on run.id = p.transaction_id
join public.benchmark_transactions earliest on earliest.id = p.earliest_transaction_id
join public.benchmark_transactions latest on latest.id = p.latest_transaction_id
cross join lateral public.metric_definition(p.metric) as meaning
cross join lateral benchmark_private.change_point_state(p.id) as said;

comment on view public.v_change_points is 'Where a metric''s level moved: the state in force, the effect, and the runs around it';

revoke all on public.v_change_points from public, anon, authenticated, service_role;
grant select on public.v_change_points to anon, authenticated, service_role;

/*
 * record_change_points(p_points) -> one row per point, in the order of the request
 *
 * Stores the changes found by the statistics, each once. A change equals a stored one if it is in the
 * same series (configuration and metric), has the same direction, and its interval of runs overlaps
 * the stored one or is at most 5 runs away, as in stats::judge: the place can move a little with more
 * runs. Then nothing is stored, except that a suspected change becomes confirmed, even a dismissed
 * suspicion, because more runs are new evidence. A change that was confirmed and then accepted or
 * dismissed by a person keeps that state.
 *
 * Calls are serialised, so two checks of one run store one change.
 *
 * Called by  `bench-push check`: POST /rest/v1/rpc/record_change_points
 * p_points   at most 1,000; shape: ChangePointFound in crates/bench-model/src/rest/change_points.rs
 *            transaction_id  the first run of the new level
 *            earliest_transaction_id, latest_transaction_id  the same run when absent
 *            metric, kind, before, after, method  required
 *            state  suspect or confirmed
 *            delta_low, delta_high, relative, in_noise, p_value, found_by, reason  optional
 * Returns    outcome  recorded: new; confirmed: was a suspicion; known: nothing changed
 *            state    the one in force now
 * Raises     22023  a point is not valid
 *            23503  a run does not exist
 * Rights     security definer, as no client may write change points past this; execute for service_role only
 */
create function public.record_change_points(p_points jsonb)
  returns table (id bigint, transaction_id uuid, metric text, state text, outcome text)
  language plpgsql volatile rows 10 security definer set search_path = ''
as $$
#variable_conflict use_column
declare
  point    record;
  wrong    record;
  known    record;
  problem  text;
  claimed  bigint[] := '{}'::bigint[];
begin
  if jsonb_typeof(p_points) is distinct from 'array' or jsonb_array_length(p_points) > 1000
     or jsonb_path_exists(p_points, 'strict $[*] ? (@.type() != "object")') then
    raise exception using errcode = '22023', message = 'p_points must be an array of at most 1000 objects',
      hint    = 'write [{"transaction_id": "…", "metric": "f1", "kind": "step", "state": "confirmed", "before": 0.9, "after": 0.8, "method": "…"}]';
  end if;

  -- Held until the end of the transaction, and the only lock, so callers cannot deadlock.
  lock table public.benchmark_change_points in share row exclusive mode;

  for point in
    select sent.*, given.place,
           began.configuration_id as configuration_id, began.created_at as began_at, began.version as began_version,
           earliest.id as earliest_run, earliest.configuration_id as earliest_configuration,
           earliest.created_at as earliest_at, earliest.version as earliest_version,
           latest.id as latest_run, latest.configuration_id as latest_configuration,
           latest.created_at as latest_at, latest.version as latest_version
    from jsonb_array_elements(p_points) with ordinality as given (json, place)
    cross join lateral jsonb_to_record(given.json) as sent (
      transaction_id uuid, earliest_transaction_id uuid, latest_transaction_id uuid,
      metric text, kind text, state text, before double precision, after double precision,
      delta_low double precision, delta_high double precision, relative double precision,
      in_noise double precision, p_value double precision, method text, found_by text, reason text)
    left join public.benchmark_transactions began on began.id = sent.transaction_id
    left join public.benchmark_transactions earliest on earliest.id = coalesce(sent.earliest_transaction_id, sent.transaction_id)
    left join public.benchmark_transactions latest on latest.id = coalesce(sent.latest_transaction_id, sent.transaction_id)
    order by given.place
  loop
    if point.configuration_id is null or point.earliest_configuration is null or point.latest_configuration is null then
      raise exception using errcode = '23503',
        message = format('there is no run %s', coalesce(case
          when point.configuration_id is null then point.transaction_id
          when point.earliest_configuration is null then point.earliest_transaction_id
          else point.latest_transaction_id end::text, 'without an id')),
        hint    = 'the ids are those of benchmark_transactions, which bench-push prints and the dashboard shows';
    end if;

    select t.name, benchmark_private.text_problem(t.value, t.most, t.name = 'reason') as problem into wrong
    from (values ('metric', point.metric, 100), ('method', point.method, 255), ('found_by', point.found_by, 255),
                 ('reason', point.reason, 10000)) as t (name, value, most)
    where benchmark_private.text_problem(t.value, t.most, t.name = 'reason') is not null limit 1;

    problem := case
      when point.earliest_configuration <> point.configuration_id or point.latest_configuration <> point.configuration_id
        then 'its three runs must be of one configuration'
      when (point.earliest_at, point.earliest_version) > (point.began_at, point.began_version)
        or (point.latest_at, point.latest_version) < (point.began_at, point.began_version)
        then 'its first run must lie between the earliest and the latest'
      when point.metric is null then 'metric is missing'
      when wrong.problem is not null then format('%s %s', wrong.name, wrong.problem)
      when point.kind is null or point.kind not in ('step', 'recent', 'exact', 'drift')
        then format('kind must be step, recent, exact or drift, found "%s"', left(point.kind, 80))
      when point.state is null or point.state not in ('suspect', 'confirmed')
        then format('state must be suspect or confirmed, found "%s"', left(point.state, 80))
      when (abs(point.before) <= 1e307 and abs(point.after) <= 1e307 and point.before <> point.after) is not true
        then 'before and after must be two different finite numbers'
      when point.p_value not between 0 and 1 then format('p_value must be between 0 and 1, found %s', point.p_value)
      when (greatest(abs(point.delta_low), abs(point.delta_high), abs(point.relative), abs(point.in_noise)) > 1e308) is true
        then 'delta_low, delta_high, relative and in_noise must be finite numbers'
      when point.method is null then 'method is missing: which statistics found it'
    end;
    if problem is not null then
      raise exception using errcode = '22023', message = format('change point %s: %s', point.place, problem),
        hint    = 'nothing was stored';
    end if;

    -- The nearest equal stored change; each stored one matches at most one point, so that two steps
    -- close together stay two.
    select stored.id, stored.ever_confirmed, stored.last_state into known
    from (
      select p.id,
             exists (select from public.benchmark_change_point_states s
                     where s.change_point_id = p.id and s.state in ('confirmed', 'accepted')) as ever_confirmed,
             (select s.state from benchmark_private.change_point_state(p.id) as s) as last_state,
             p.transaction_id = point.transaction_id as is_same_run,
             benchmark_private.runs_between(p.configuration_id, p.began_at, p.began_version, point.began_at, point.began_version) as distance
      from public.benchmark_change_points p
      join public.benchmark_transactions earliest on earliest.id = p.earliest_transaction_id
      join public.benchmark_transactions latest on latest.id = p.latest_transaction_id
      join public.v_main_line began on began.id = p.transaction_id
      where p.configuration_id = point.configuration_id and p.metric = point.metric
        and (p.after > p.before) = (point.after > point.before)
        and p.id <> all (claimed)
        and benchmark_private.runs_between(p.configuration_id, latest.created_at, latest.version, point.earliest_at, point.earliest_version) <= 5
        and benchmark_private.runs_between(p.configuration_id, point.latest_at, point.latest_version, earliest.created_at, earliest.version) <= 5
    ) as stored
    order by stored.is_same_run desc, stored.distance, stored.id limit 1;

    if known.id is null then
      insert into public.benchmark_change_points as p (
        configuration_id, metric, transaction_id, earliest_transaction_id, latest_transaction_id, began_at, began_version,
        kind, before, after, delta_low, delta_high, relative, in_noise, p_value, method, found_by
      )
      values (
        point.configuration_id, point.metric, point.transaction_id, point.earliest_run, point.latest_run, point.began_at, point.began_version,
        point.kind, point.before, point.after, point.delta_low, point.delta_high, point.relative, point.in_noise,
        point.p_value, point.method, point.found_by
      )
      returning p.id into id;
      outcome := 'recorded';
      state := point.state;
    else
      id := known.id;
      outcome := case when point.state = 'confirmed' and not known.ever_confirmed then 'confirmed' else 'known' end;
      state := case when outcome = 'confirmed' then 'confirmed' else known.last_state end;
    end if;
    claimed := claimed || id;

    if outcome <> 'known' then
      insert into public.benchmark_change_point_states (change_point_id, state, reason, set_by)
      values (id, state, point.reason, point.found_by);
    end if;
    transaction_id := point.transaction_id;
    metric := point.metric;
    return next;
  end loop;
end $$;

/*
 * runs_between(configuration, from time, from version, to time, to version) -> steps from the one to the other
 *
 * Counts the runs of the main line after the first place up to the second, in the order of time and version.
 *
 * Called by  record_change_points, to check whether two places are close
 * Returns    0 when the second is not after the first; at most 10
 */
create function benchmark_private.runs_between(
  p_configuration_id integer, p_from timestamptz, p_from_version integer, p_to timestamptz, p_to_version integer
)
  returns bigint language sql stable security invoker set search_path = ''
as $$
  select count(*)
  from (
    select from public.v_main_line t
    where t.configuration_id = p_configuration_id
      and t.created_at between p_from and p_to
      and (t.created_at, t.version) > (p_from, p_from_version)
      and (t.created_at, t.version) <= (p_to, p_to_version)
    limit 10
  ) as steps
$$;

/*
 * set_change_point_state(p_id, p_state, p_reason, p_set_by, p_only_if) -> the row in force
 *
 * Sets the state of a change point. Earlier states stay in its history, and a state without a reason
 * keeps the previous reason.
 *
 * Called by  `bench-push change-point`: POST /rest/v1/rpc/set_change_point_state
 * p_state    suspect, confirmed, accepted (the new level is the one that counts) or dismissed
 * p_reason   why, for people; null keeps an earlier one: the newest reason given for this state,
 *            otherwise the newest explanation of the change. The reason for dismissing it is not
 *            used for accepting it
 * p_set_by   who, for people
 * p_only_if  change it only when this is the state in force, else leave it; null for always
 * Returns    the row in force now; repeating the same state, or a state other than p_only_if, adds
 *            no row
 * Raises     22023  the state is unknown, or a text is not one (see text_problem)
 *            23503  there is no such change point
 * Rights     security definer, as no client may write change points past this; execute for service_role only
 */
create function public.set_change_point_state(
  p_id bigint, p_state text, p_reason text default null, p_set_by text default null, p_only_if text default null
)
  returns public.benchmark_change_point_states language plpgsql volatile security definer set search_path = ''
as $$
declare
  in_force public.benchmark_change_point_states;
  reason_in_force text;
begin
  if p_state is null or p_state not in ('suspect', 'confirmed', 'accepted', 'dismissed') then
    raise exception using errcode = '22023',
      message = format('a change point''s state must be suspect, confirmed, accepted or dismissed, found "%s"', left(p_state, 80)),
      hint    = 'accepted: the new level is the one that counts; dismissed: there was no change, or the change does not matter';
  end if;

  perform benchmark_private.refuse_remarks(p_reason, p_set_by, 'set_by');

  -- The same lock as record_change_points, so that neither acts on an outdated state.
  lock table public.benchmark_change_points in share row exclusive mode;

  select s.* into in_force from benchmark_private.change_point_state(p_id) as s;
  if not found then
    raise exception using errcode = '23503',
      message = format('there is no change point %s', coalesce(p_id::text, 'without a number')),
      hint    = 'the number is benchmark_change_points.id, which bench-push check and history print';
  end if;

  reason_in_force := coalesce(p_reason, (
    select s.reason
    from public.benchmark_change_point_states s
    where s.change_point_id = p_id and s.reason is not null and s.state in (p_state, 'confirmed', 'suspect')
    order by s.state = p_state desc, s.id desc limit 1));

  if in_force.state is distinct from coalesce(p_only_if, in_force.state)
     or (in_force.state = p_state
         and in_force.reason is not distinct from reason_in_force and in_force.set_by is not distinct from p_set_by) then
    return in_force;
  end if;

  insert into public.benchmark_change_point_states as s (change_point_id, state, reason, set_by)
  values (p_id, p_state, reason_in_force, p_set_by)
  returning s.* into in_force;
  return in_force;
end $$;

comment on function public.record_change_points is 'Stores change points, each once, however often it is found';
comment on function public.set_change_point_state is 'Confirms a change point, accepts it as the new level, or dismisses it; its history stays';

-- Grants.
revoke execute on function benchmark_private.change_point_state, benchmark_private.runs_between from public;
revoke execute on function public.record_change_points, public.set_change_point_state from public, anon, authenticated;
grant  execute on function benchmark_private.change_point_state to anon, authenticated, service_role;
grant  execute on function public.record_change_points, public.set_change_point_state to service_role;
$migration_20261126000900$;
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('20261126000900', array[migration], 'change_points');
end if;

-- ---------------------------------------------------------------------------------------------
-- 20261126001000_regressions.sql
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '20261126001000') then
migration := $migration_20261126001000$
/*
 * Regressions: the current run of each configuration against its baseline. SQL applies the plain
 * threshold; all other verdicts are computed by bench_model::check from the rows of judged_against and
 * against_baselines, which read the same runs.
 */

create type public.benchmark_regression as (
  current_f1 numeric, baseline_f1 numeric, f1_drop numeric, is_regression boolean,
  model_version text, dataset_version text, prompt_version text, environment text,
  metric text, unit text, direction text,
  current_value numeric, baseline_value numeric, worsening numeric, threshold numeric, threshold_kind text,
  current_run uuid, current_version integer, current_commit_sha text, current_created_at timestamptz,
  baseline_run uuid, baseline_version integer, baseline_commit_sha text, baseline_created_at timestamptz,
  baseline_found_by text, reason text,
  baseline_n integer, baseline_median numeric, noise_sd numeric, in_noise numeric
);

comment on type public.benchmark_regression is 'One row of detect_regression and detect_regressions';

/*
 * bounded(p_number) -> the number, at most 1e308 to either side, so that readers of JSON can hold it
 */
create function benchmark_private.bounded(p_number numeric)
  returns numeric language sql immutable strict parallel safe security invoker set search_path = ''
as $$ select least(greatest(p_number, -1e308), 1e308) $$;

/*
 * primary_metric(p_metrics, p_order) -> the primary metric of a run
 *
 * The first name of p_order, by default of the order below, that p_metrics has; null if it has none.
 */
create function benchmark_private.primary_metric(p_metrics jsonb, p_order text[] default null)
  returns text language sql immutable security invoker set search_path = ''
as $$
  select asked.metric
  from unnest(coalesce(p_order, '{f1,accuracy,exact_match,pass_rate}')) with ordinality as asked (metric, place)
  where p_metrics ? asked.metric order by asked.place limit 1
$$;

/*
 * newest_values(configuration, metric, p_most, before time, before version) -> (created_at, version, value)
 *
 * The values of one metric in the newest p_most runs of a configuration that count, before the given position,
 * that of its current run.
 *
 * Returns    one row per run with the metric, in any order; a value too close to 0 for double
 *            precision is 0
 */
create function benchmark_private.newest_values(
  p_configuration_id integer, p_metric text, p_most integer, p_before timestamptz, p_before_version integer
)
  returns table (created_at timestamptz, version integer, value numeric)
  language sql stable rows 64 security invoker set search_path = ''
as $$
  select newest.created_at, newest.version, newest.value
  from (
    -- One more than requested, for the current run. With a condition on time the planner would
    -- expect few rows and sort all of them.
    select t.created_at, t.version, round((t.metrics ->> p_metric)::numeric, 300) as value
    from public.v_main_line t
    where t.configuration_id = p_configuration_id
    order by t.created_at desc, t.version desc limit p_most + 1
  ) as newest
  where newest.value is not null
    and (newest.created_at, newest.version) < (p_before, p_before_version)
$$;

/*
 * regressions(models, threshold, metric, data set, prompt, environment) -> one row per configuration
 *
 * The rows of detect_regression and detect_regressions, described in their headers.
 *
 * p_model_versions  only these; null for all
 * Returns    judged rows first, the worst first; then rows with a reason, including one for each of
 *            p_model_versions without a run
 * Raises, rights  as detect_regression
 */
create function benchmark_private.regressions(
  p_model_versions text[], p_threshold numeric, p_metric text,
  p_dataset_version text, p_prompt_version text, p_environment text
)
  returns setof public.benchmark_regression
  -- Compiling the query takes longer than running it, at 10,000 configurations too.
  language plpgsql stable rows 100 security invoker set search_path = '' set jit = off
as $$
begin
  if p_threshold is null or p_threshold < 0 or p_threshold = 'nan' then
    raise exception using errcode = '22023',
      message = format('the threshold must be 0 or more, found %s', coalesce(p_threshold::text, 'nothing')),
      hint    = '0.05 means: worse by more than 0.05, or by more than 5 % of the baseline where the range is open';
  end if;

  return query
  with compared as materialized (
    select
      c.*, s.transaction_id, s.commit_sha, s.created_at, s.f1_score, current.version,
      (s.metrics ->> p_metric)::numeric as value,
      held.id as held_run, held.version as held_version, held.commit_sha as held_commit, held.created_at as held_created_at,
      (held.metrics ->> p_metric)::numeric as held_value, (held.metrics ->> 'f1')::numeric as held_f1,
      counts.found_by, level.n, level.median, level.noise
    from public.benchmark_configurations c
    join public.benchmark_snapshots s on s.configuration_id = c.id and s.is_active
    join public.benchmark_transactions current on current.id = s.transaction_id
    left join lateral public.baseline_for(c.model_version, c.dataset_version, c.prompt_version, c.environment) as counts on true
    left join public.benchmark_transactions held on held.id = counts.transaction_id
    -- The start of the level: the last confirmed or accepted change before the current run.
    left join lateral (
      select p.began_at, p.began_version
      from public.benchmark_change_points p
      join public.v_main_line began on began.id = p.transaction_id
      cross join lateral benchmark_private.change_point_state(p.id) as in_force
      where p.configuration_id = c.id and p.metric = p_metric
        and (p.began_at, p.began_version) < (s.created_at, current.version)
        and in_force.state in ('confirmed', 'accepted')
      order by p.began_at desc, p.began_version desc limit 1
    ) as since on true
    cross join lateral (
      select count(*)::integer as n,
             percentile_cont(0.5) within group (order by measured.value::double precision)::numeric as median,
             case when count(*) >= 4 then
               percentile_cont(0.5) within group (order by measured.half_step::double precision)::numeric * 2 * 1.4826 / sqrt(2.0)
             end as noise
      from (
        -- In halves, because the difference of two numbers of 1e308 overflows double precision.
        select earlier.value, abs(earlier.value - lag(earlier.value) over (order by earlier.created_at, earlier.version)) / 2 as half_step
        from benchmark_private.newest_values(c.id, p_metric, 64, s.created_at, current.version) as earlier
        where since.began_at is null or (earlier.created_at, earlier.version) >= (since.began_at, since.began_version)
      ) as measured
    ) as level
    where (p_model_versions is null or c.model_version = any (p_model_versions))
      and (p_dataset_version is null or c.dataset_version = p_dataset_version)
      and (p_prompt_version is null or c.prompt_version = p_prompt_version)
      and (p_environment is null or c.environment = p_environment)
  ), judged as (
    select c.*, meaning.unit, meaning.direction, meaning.scale, moved.worse_by,
      moved.difference / nullif(c.noise, 0) as in_noise,
      case
        when c.held_run is null and exists (
               select from public.v_baselines_in_force b
               where b.model_version = c.model_version and b.environment = c.environment and b.dataset_version <> c.dataset_version)
          then format('this model has a baseline in %s, but not on data set %s: results on different data sets cannot be compared',
                      c.environment, c.dataset_version)
        when c.held_run is null
          then format('no baseline on data set %s in %s counts for this configuration: mark one with `bench-push baseline set`',
                      c.dataset_version, c.environment)
        when meaning.direction = 'neither'
          then format('it is unknown whether a higher or a lower %s is better: declare it in metric_definitions', p_metric)
        when c.value is null then format('the current run has no metric %s', p_metric)
        when c.held_value is null then format('the baseline has no metric %s', p_metric)
        when moved.worse_by is null then format('%s of the baseline is 0, and there is no share of 0', p_metric)
      end as reason
    from compared c
    cross join public.metric_definition(p_metric) as meaning
    cross join lateral (
      select benchmark_private.worse_by(c.value, c.held_value, meaning.direction, meaning.scale),
             benchmark_private.worse_by(c.value, c.held_value, meaning.direction, 'absolute')
    ) as moved (worse_by, difference)
  )
  select r.* from (
    select
      j.f1_score, j.held_f1, j.held_f1 - j.f1_score,
      case when j.reason is null then j.worse_by > p_threshold end,
      j.model_version, j.dataset_version, j.prompt_version, j.environment,
      p_metric, j.unit, j.direction, j.value, j.held_value,
      case when j.reason is null then trim_scale(benchmark_private.bounded(j.worse_by)) end as worsening, p_threshold, j.scale,
      j.transaction_id, j.version, j.commit_sha, j.created_at,
      j.held_run, j.held_version, j.held_commit, j.held_created_at, j.found_by,
      j.reason, j.n, j.median, benchmark_private.bounded(j.noise), benchmark_private.bounded(j.in_noise)
    from judged j
    union all
    select never_ran.*
    from (select distinct unnest(benchmark_private.at_most(p_model_versions, 1000, 'p_model_versions'))) as asked (model)
    cross join public.metric_definition(coalesce(p_metric, '')) as meaning
    cross join lateral jsonb_populate_record(null::public.benchmark_regression, jsonb_build_object(
      'model_version', asked.model, 'dataset_version', p_dataset_version, 'prompt_version', p_prompt_version,
      'environment', p_environment, 'metric', p_metric, 'unit', meaning.unit, 'direction', meaning.direction,
      'threshold', p_threshold, 'threshold_kind', meaning.scale,
      'reason', format('no run of model %s %sis stored on the main line', coalesce(asked.model, '?'),
                       case when coalesce(p_dataset_version, p_prompt_version, p_environment) is null then '' else 'with these filters ' end)
    )) as never_ran
    where not exists (select from compared c where c.model_version = asked.model)
  ) as r
  order by r.reason is null desc, r.worsening desc nulls last,
           r.model_version, r.dataset_version, r.prompt_version, r.environment;
end $$;

/*
 * detect_regression(p_model_version, p_threshold, p_metric, p_dataset_version, p_prompt_version, p_environment, p_explain)
 *   -> one row per configuration of the model, the worst first
 *
 * Compares the current run of each configuration with the baseline in force for it (see
 * baseline_for), by one metric and its direction.
 *
 *   f1 from 0.90 to 0.84          worsening 0.06  absolute: the range of f1 is fixed
 *   latency_ms from 400 to 500    worsening 0.25  relative: a share of the baseline
 *
 * Called by  select * from detect_regression('medgemma-v1.2', 0.05);
 *            POST /rest/v1/rpc/detect_regression {"p_model_version": "medgemma-v1.2", "p_threshold": 0.05}
 * p_threshold  the worsening that counts as a regression, as a ratio: 0.05
 * p_metric   a name such as latency_ms; its direction and range come from metric_definition
 * p_dataset_version, p_prompt_version, p_environment  only these; null for all
 * p_explain  true: also rows without an answer, with the reason: no baseline, no such metric, or a
 *            model that never ran. False: no such rows, because the original's page cannot read nulls
 * Returns    current_f1, baseline_f1, f1_drop   always about f1, whatever p_metric is;
 *                        f1_drop is positive when f1 fell
 *            is_regression       about p_metric: worsening is above the threshold; null with a reason
 *            reason              why there is no answer, in a sentence; otherwise null
 *            worsening           positive when worse; threshold_kind says absolute or relative
 *            baseline_found_by   configuration, model or dataset
 *            baseline_n, baseline_median  of the level before the current run: runs of its configuration
 *                                with this metric, at most the newest 64, since the last change point
 *                                that is confirmed or accepted
 *            noise_sd            their standard deviation: the median of |run - previous run| times
 *                                1.4826 / sqrt(2), which a single step or spike does not affect;
 *                                null with fewer than 4 runs
 *            in_noise            the change from baseline_value to current_value in these standard
 *                                deviations, positive when worse; null without noise_sd, or when it is 0
 * Raises     22023  the threshold is negative or missing
 */
create function public.detect_regression(
  p_model_version text, p_threshold numeric default 0.05, p_metric text default 'f1',
  p_dataset_version text default null, p_prompt_version text default null, p_environment text default null,
  p_explain boolean default false
)
  returns setof public.benchmark_regression language sql stable rows 20 security invoker set search_path = ''
as $$
  select r.*
  from benchmark_private.regressions(
    array[p_model_version], p_threshold, p_metric, p_dataset_version, p_prompt_version, p_environment) as r
  where r.reason is null or p_explain
$$;

comment on function public.detect_regression is 'The current run of each configuration of a model against its baseline, for one metric, by a plain threshold';

/*
 * detect_regressions(p_threshold, p_metric, p_model_versions) -> rows of detect_regression, explained
 *
 * Called by  the dashboard: GET /rest/v1/rpc/detect_regressions?p_metric=latency_ms
 * p_threshold, p_metric  as in detect_regression
 * p_model_versions  only these; null for every model with an active configuration
 * Raises, rights  as detect_regression
 */
create function public.detect_regressions(
  p_threshold numeric default 0.05, p_metric text default 'f1', p_model_versions text[] default null
)
  returns setof public.benchmark_regression language sql stable rows 100 security invoker set search_path = ''
as $$
  select r.* from benchmark_private.regressions(array_remove(p_model_versions, null), p_threshold, p_metric, null, null, null) as r
$$;

comment on function public.detect_regressions is 'The current runs of many models against their baselines, for one metric, by a plain threshold';

/*
 * machine_of(details, links, p_machine) -> the entries of both that say which machine it was, or null
 */
create function benchmark_private.machine_of(p_details jsonb, p_links jsonb, p_machine text[])
  returns jsonb language sql immutable security invoker set search_path = ''
as $$
  select case when p_details ?| p_machine or p_links ?| p_machine then (
    select jsonb_object_agg(m.key, m.value)
    from jsonb_each(coalesce(p_details, '{}') || coalesce(p_links, '{}')) as m where m.key = any (p_machine)) end
$$;

/*
 * earlier_runs(configuration, time, version, CI run, commit, attempt, p_most, p_machine) -> the newest first
 *
 * The runs that a run at this place is judged against: the newest p_most of the main line before it (see
 * v_main_line). Several attempts of one CI run are one place in time: only those of its last attempt are
 * returned, which may be that of the judged run.
 *
 * Called by  judged_against, against_baselines: the one answer to which runs come before
 * p_machine  the entries of details and links that say which machine it was
 */
create function benchmark_private.earlier_runs(
  p_configuration_id integer, p_created_at timestamptz, p_version integer,
  p_run_id text, p_commit_sha text, p_run_attempt integer, p_most integer, p_machine text[]
)
  returns table (
    id uuid, created_at timestamptz, version integer, commit_sha text, model_provider text, dataset_size bigint,
    metrics jsonb, params jsonb, machine jsonb
  )
  language sql stable rows 100 security invoker set search_path = ''
as $$
  select t.id, t.created_at, t.version, t.commit_sha, t.model_provider, t.dataset_size, t.metrics, t.params,
         benchmark_private.machine_of(t.details, t.links, p_machine)
  from (
    select newest.*, max(newest.run_attempt) over (partition by newest.run_id, newest.commit_sha) as last_attempt
    from (
      select t.id, t.created_at, t.version, t.commit_sha, t.model_provider, t.dataset_size, t.metrics, t.params,
             t.details, t.links, t.run_id, t.run_attempt
      from public.v_main_line t
      where t.configuration_id = p_configuration_id and t.created_at <= p_created_at
        and (t.created_at, t.version) < (p_created_at, p_version)
      order by t.created_at desc, t.version desc limit greatest(least(p_most, 25000), 0)
    ) as newest
  ) as t
  where t.run_id is null or t.run_attempt is null
    or t.run_attempt >= greatest(t.last_attempt, case when t.run_id = p_run_id and t.commit_sha = p_commit_sha then p_run_attempt end)
  order by t.created_at desc, t.version desc
$$;

/*
 * against_baselines(p_configuration_ids, p_metrics, p_earlier, p_machine) -> at most one row per configuration
 *
 * What the verdict on one metric of the current run of each configuration rests on: the same runs, baseline
 * and change points as judged_against, as lists, so that a page of many configurations is small. The verdict
 * itself is computed by bench_model::check, for the CLI and for the dashboard.
 *
 * Called by  the dashboard: GET /rest/v1/rpc/against_baselines?p_configuration_ids={3,7}
 * p_configuration_ids  which ones; of more than 250 different ones the first 250 by number
 * p_metrics  the first of these that the current run has is used; null for the primary metrics. A
 *            configuration whose run has none of them has no row
 * p_earlier  the number of earlier runs, 0 to 4,999, with the metric or without
 * p_machine  the entries of details and links that say which machine it was, at most 100
 * Returns    metric           which one it is
 *            …_at             when the run ran, in microseconds since 1970
 *            baseline_…       of the baseline in force, see baseline_for; null without one, and
 *                             baseline_value is null when it lacks the metric
 *            is_own_baseline  whether it is a run of this configuration
 *            …_stats          what metric_stats says of the metric
 *            …_confusion      details.confusion_matrix
 *            versions, numbers, commits, ids, ats
 *                             one entry for each run with the metric, the oldest first, the current run
 *                             last: its version, its value as stored, its commit (null: as before; of a
 *                             hash the first 13 digits), its id, and its time in milliseconds since 1970
 *            facts            [place, model_provider, dataset_size, params, machine] of every run where one
 *                             of these is not as before; at first all are null
 *            changes          the stored change points of the metric, the newest 1,000, the newest first
 */
create function public.against_baselines(
  p_configuration_ids integer[],
  p_metrics           text[]  default null,
  p_earlier           integer default 999,
  p_machine           text[]  default '{}'
)
  returns table (
    configuration_id integer, metric text,
    current_run uuid, current_at bigint, current_stats jsonb, current_confusion jsonb,
    baseline_run uuid, baseline_version integer, baseline_at bigint, is_own_baseline boolean, found_by text,
    baseline_value double precision, baseline_stats jsonb, baseline_confusion jsonb, baseline_size bigint,
    versions integer[], numbers json, commits text[], ids uuid[], ats bigint[], facts json, changes json
  )
  language sql stable rows 100 security invoker set search_path = ''
as $$
  select s.configuration_id, chosen.metric,
         current.id, (extract(epoch from current.created_at) * 1000000)::bigint,
         current.metric_stats -> chosen.metric, confusion.of_current,
         held.id, held.version, (extract(epoch from held.created_at) * 1000000)::bigint,
         held.configuration_id = s.configuration_id, counts.found_by,
         benchmark_private.json_double(held.metrics -> chosen.metric), held.metric_stats -> chosen.metric, confusion.of_held, held.dataset_size,
         series.versions, series.numbers, series.commits, series.ids, series.ats, coalesce(series.facts, '[]'), points.found
  from public.benchmark_snapshots s
  join public.benchmark_transactions current on current.id = s.transaction_id
  cross join lateral benchmark_private.primary_metric(current.metrics, benchmark_private.at_most(p_metrics, 1000, 'p_metrics')) as chosen (metric)
  left join lateral public.baseline_for(s.model_version, s.dataset_version, s.prompt_version, s.environment) as counts on true
  left join public.benchmark_transactions held on held.id = counts.transaction_id
  -- Details hold anything; a matrix is an object.
  cross join lateral (
    select case jsonb_typeof(current.details -> 'confusion_matrix') when 'object' then current.details -> 'confusion_matrix' end,
           case jsonb_typeof(held.details -> 'confusion_matrix') when 'object' then held.details -> 'confusion_matrix' end
  ) as confusion (of_current, of_held)
  cross join lateral (
    select array_agg(r.version) as versions, json_agg(r.number) as numbers,
           array_agg(case when r.is_other_commit then r.commit end) as commits,
           array_agg(r.id) as ids, array_agg(floor(extract(epoch from r.created_at) * 1000)::bigint) as ats,
           json_agg(json_build_array(r.place, r.model_provider, r.dataset_size, r.params, r.machine)) filter (where r.is_other) as facts
    from (
      select r.*, row_number() over in_time - 1 as place,
             r.commit is distinct from lag(r.commit) over in_time as is_other_commit,
             (r.model_provider, r.dataset_size, r.params, r.machine) is distinct from
             (lag(r.model_provider) over in_time, lag(r.dataset_size) over in_time, lag(r.params) over in_time, lag(r.machine) over in_time) as is_other
      from (
        select run.id, run.created_at, run.version, run.metrics -> chosen.metric as number, run.model_provider, run.dataset_size, run.params, run.machine,
               case when run.commit_sha ~* '^[0-9a-f]{14,}$' then left(run.commit_sha, 13) else run.commit_sha end as commit
        from (
          select * from benchmark_private.earlier_runs(
            s.configuration_id, current.created_at, current.version, current.run_id, current.commit_sha, current.run_attempt,
            least(coalesce(p_earlier, 999), 4999), benchmark_private.at_most(p_machine, 100, 'p_machine'))
          union all
          select current.id, current.created_at, current.version, current.commit_sha, current.model_provider, current.dataset_size,
                 current.metrics, current.params, benchmark_private.machine_of(current.details, current.links, p_machine)
        ) as run
        where run.metrics ? chosen.metric
      ) as r
      window in_time as (order by r.created_at, r.version)
      order by r.created_at, r.version
    ) as r
  ) as series
  cross join lateral (
    select coalesce(json_agg(json_build_object(
             'id', p.id, 'state', p.state, 'reason', p.reason, 'set_by', p.set_by, 'delta', p.delta, 'relative', p.relative,
             'began_version', p.began_version, 'began_at', (extract(epoch from p.began_at) * 1000000)::bigint)), '[]') as found
    from (
      select * from public.v_change_points p where p.configuration_id = s.configuration_id and p.metric = chosen.metric
      order by p.began_at desc, p.id desc limit 1000
    ) as p
  ) as points
  where chosen.metric is not null
    and s.configuration_id in (
      select distinct asked.id from unnest(benchmark_private.at_most(p_configuration_ids, 10000, 'p_configuration_ids')) as asked (id) where asked.id is not null order by asked.id limit 250)
  order by s.configuration_id
$$;

comment on function public.against_baselines is 'What the verdicts on the current runs of many configurations rest on';

/*
 * judged_against(p_runs, p_most, p_machine) -> one row per run
 *
 * What each run is judged against: the baseline in force for its configuration, the runs before it,
 * and the change points of its configuration. The verdicts are computed by bench_model::check.
 *
 * Called by  `bench-push check`, `push --check`, `history` and `gate backtest`; the dashboard's page of a run
 * p_runs     which runs, at most 25,000 / p_most, so that an answer stays small
 * p_most     the number of earlier runs of each
 * p_machine  the entries of details and links that say which machine it was, at most 100
 * Returns    baseline_run  see baseline_for; null without a baseline
 *            earlier       the runs before, see earlier_runs, the newest first: what a judgement needs of them
 *            change_points what it needs of v_change_points, the newest 1,000, the newest first
 */
create function public.judged_against(p_runs uuid[], p_most integer default 250, p_machine text[] default '{}')
  returns table (id uuid, baseline_run uuid, found_by text, earlier json, change_points json)
  language sql stable rows 50 security invoker set search_path = ''
as $$
  select run.id, counts.transaction_id, counts.found_by, before.runs, points.found
  from public.benchmark_transactions run
  left join lateral public.baseline_for(run.model_version, run.dataset_version, run.prompt_version, run.environment) as counts on true
  cross join lateral (
    select coalesce(json_agg(json_build_object(
             'id', t.id, 'created_at', t.created_at, 'version', t.version, 'commit_sha', t.commit_sha,
             'model_provider', t.model_provider, 'dataset_size', t.dataset_size,
             'metrics', t.metrics, 'params', t.params, 'machine', t.machine)), '[]') as runs
    from benchmark_private.earlier_runs(
      run.configuration_id, run.created_at, run.version, run.run_id, run.commit_sha, run.run_attempt, coalesce(p_most, 250),
      benchmark_private.at_most(p_machine, 100, 'p_machine')) as t
  ) as before
  cross join lateral (
    select coalesce(json_agg(json_build_object(
             'id', p.id, 'metric', p.metric, 'state', p.state, 'reason', p.reason, 'set_by', p.set_by, 'delta', p.delta, 'relative', p.relative,
             'transaction_id', p.transaction_id, 'began_at', p.began_at)), '[]') as found
    from (
      select * from public.v_change_points p where p.configuration_id = run.configuration_id
      order by p.began_at desc, p.id desc limit 1000
    ) as p
  ) as points
  where run.id = any (benchmark_private.at_most(p_runs, 25000 / greatest(coalesce(p_most, 250), 25), 'p_runs'))
$$;

comment on function public.judged_against is 'What each run is judged against: its baseline, the runs before it, and change points';

-- Grants.
revoke execute on function
  benchmark_private.bounded, benchmark_private.primary_metric, benchmark_private.newest_values, benchmark_private.regressions,
  benchmark_private.machine_of, benchmark_private.earlier_runs,
  public.detect_regression, public.detect_regressions, public.against_baselines, public.judged_against from public;
grant  execute on function
  benchmark_private.bounded, benchmark_private.primary_metric, benchmark_private.newest_values, benchmark_private.regressions,
  benchmark_private.machine_of, benchmark_private.earlier_runs,
  public.detect_regression, public.detect_regressions, public.against_baselines, public.judged_against to anon, authenticated, service_role;
$migration_20261126001000$;
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('20261126001000', array[migration], 'regressions');
end if;

-- ---------------------------------------------------------------------------------------------
-- 20261126001100_log_and_search.sql
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '20261126001100') then
migration := $migration_20261126001100$
/*
 * The log of runs, the search, and recent events.
 */

/*
 * list_runs(…) -> runs, the newest first
 *
 * The log of runs, page by page, optionally filtered: all of them, side runs and retracted ones too.
 *
 * The selected configurations may have run a minute ago or last year, and the planner cannot know
 * which: scanning all runs by time would read millions in the second case. So this scans 20,000 runs,
 * where busy configurations fill a page at once; otherwise it reads configuration by configuration,
 * each from its own end of one index.
 *
 * Called by  the dashboard's log: GET /rest/v1/rpc/list_runs?p_model_versions={medgemma-v1.2}&p_limit=50
 * p_model_versions, …, p_configuration_ids  only runs with one of these; null or empty for all
 * p_branch_names  only the side runs of these branches; null or empty for all runs
 * p_from, p_to  only runs at or after the first and before the second; null for all
 * p_at_created_at, p_at_id  the page next to the run with these; null for the newest page, or the
 *            oldest with p_newer
 * p_newer    false: the runs before that run; true: those after it, the ones next to it
 * p_limit    1 to 1,000, the row limit of the REST API; clamped to that range
 * Returns    whole rows of benchmark_transactions, by created_at and id, descending, whatever p_newer is
 */
create function public.list_runs(
  p_model_versions text[] default null, p_dataset_versions text[] default null,
  p_prompt_versions text[] default null, p_environments text[] default null, p_configuration_ids integer[] default null,
  p_from timestamptz default null, p_to timestamptz default null,
  p_at_created_at timestamptz default null, p_at_id uuid default null, p_newer boolean default false,
  p_limit integer default 50, p_branch_names text[] default null
)
  returns setof public.benchmark_transactions language plpgsql stable rows 50 security invoker set search_path = ''
as $$
declare
  newer     boolean     := coalesce(p_newer, false);
  from_time timestamptz := coalesce(p_from, '-infinity');
  to_time   timestamptz := coalesce(p_to, 'infinity');
  page_size integer     := least(greatest(coalesce(p_limit, 50), 1), 1000);
  is_after  boolean     := newer and p_at_created_at >= from_time;
  is_before boolean     := not newer and p_at_created_at < to_time;
  -- The runs strictly between these two places of (created_at, id) can be on the page: at p_from
  -- itself with every id, at p_to itself with none.
  after_time  timestamptz := case when is_after then p_at_created_at else from_time - interval '1 microsecond' end;
  after_id    uuid        := coalesce(case when is_after then p_at_id end, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  before_time timestamptz := case when is_before then p_at_created_at else to_time end;
  before_id   uuid        := coalesce(case when is_before then p_at_id end, '00000000-0000-0000-0000-000000000000');
  direction   text        := case when newer then 'asc' else 'desc' end;
  chosen      integer[];
  branches    text[]      := nullif(p_branch_names, '{}');
  walk        text;
  page        uuid[];
begin
  perform benchmark_private.at_most(p_model_versions || p_dataset_versions || p_prompt_versions || p_environments || p_branch_names, 10000, 'the filters'),
          benchmark_private.at_most(p_configuration_ids, 10000, 'p_configuration_ids');

  if coalesce(cardinality(p_model_versions || p_dataset_versions || p_prompt_versions || p_environments), 0)
     + coalesce(cardinality(p_configuration_ids), 0) > 0 then
    chosen := array(
      select c.id from public.benchmark_configurations c
      where (coalesce(p_model_versions, '{}') = '{}' or c.model_version = any (p_model_versions))
        and (coalesce(p_dataset_versions, '{}') = '{}' or c.dataset_version = any (p_dataset_versions))
        and (coalesce(p_prompt_versions, '{}') = '{}' or c.prompt_version = any (p_prompt_versions))
        and (coalesce(p_environments, '{}') = '{}' or c.environment = any (p_environments))
        and (coalesce(p_configuration_ids, '{}') = '{}' or c.id = any (p_configuration_ids)));
    if chosen = '{}' then
      return;
    end if;
  end if;

  -- A scan reads an index from one end, a page of it or the newest 20,000 runs. Only the direction
  -- and the index differ, so one text is formatted with both; values are parameters.
  walk := format($walk$
    select t.id, t.created_at, t.configuration_id
    from public.benchmark_transactions t
    where (t.created_at, t.id) < ($1, $2) and (t.created_at, t.id) > ($3, $4) %%s
    order by t.created_at %1$s, t.id %1$s limit %%s
  $walk$, direction);

  if branches is not null then
    execute format(
      'select array(select found.id from unnest($7) as one (branch_name) cross join lateral (%1$s) as found
                    order by found.created_at %2$s, found.id %2$s limit $5)',
      format(walk, 'and not t.is_mainline and t.branch_name = one.branch_name and t.created_at between $3 and $1
                    and ($6 is null or t.configuration_id = any ($6))', '$5'), direction)
    into page using before_time, before_id, after_time, after_id, page_size, chosen, branches;
    return query
    select t.* from public.benchmark_transactions t where t.id = any (page) order by t.created_at desc, t.id desc;
    return;
  end if;

  execute format(
    'select array(select found.id from (%1$s) as found where $6 is null or found.configuration_id = any ($6)
                  order by found.created_at %2$s, found.id %2$s limit $5)',
    format(walk, '', case when chosen is null then '$5' else '20000' end), direction)
  into page using before_time, before_id, after_time, after_id, page_size, chosen;

  if chosen is not null and cardinality(page) < page_size then
    execute format(
      'select array(select found.id from unnest($6) as one (configuration_id) cross join lateral (%1$s) as found
                    order by found.created_at %2$s, found.id %2$s limit $5)',
      format(walk, 'and t.configuration_id = one.configuration_id and t.created_at between $3 and $1', '$5'), direction)
    into page using before_time, before_id, after_time, after_id, page_size, chosen;
  end if;

  return query
  select t.* from public.benchmark_transactions t where t.id = any (page) order by t.created_at desc, t.id desc;
end $$;

/*
 * side_branches(p_configuration_ids) -> one row per branch, the one that ran last first
 *
 * The branches that have side runs, of these configurations or of all.
 *
 * Called by  the dashboard's branch menus: GET /rest/v1/rpc/side_branches?p_configuration_ids={3,7}
 * p_configuration_ids  which ones, at most 250; null for all
 * Returns    newest_at   when its newest run ran
 *            runs        how many there are
 *            the newest 200; without configurations, of the first 5,000 by name
 */
create function public.side_branches(p_configuration_ids integer[] default null)
  returns table (branch_name text, newest_at timestamptz, runs bigint)
  language plpgsql stable rows 20 security invoker set search_path = ''
as $$
begin
  if p_configuration_ids is not null then
    return query
    select t.branch_name, max(t.created_at), count(*)
    from public.benchmark_transactions t
    where t.configuration_id = any (benchmark_private.at_most(p_configuration_ids, 250, 'p_configuration_ids'))
      and not t.is_mainline and t.branch_name is not null
    group by t.branch_name order by 2 desc, 1 limit 200;
    return;
  end if;
  -- From name to name in the index of side runs, which may be many.
  return query
  with recursive names (name) as (
    (select t.branch_name from public.benchmark_transactions t where not t.is_mainline and t.branch_name is not null order by t.branch_name limit 1)
    union all
    select (select t.branch_name from public.benchmark_transactions t where not t.is_mainline and t.branch_name > n.name order by t.branch_name limit 1)
    from names n where n.name is not null
  )
  select newest.name, newest.created_at, counted.runs
  from (
    select n.name, last.created_at
    from (select * from names limit 5000) as n
    cross join lateral (
      select t.created_at from public.benchmark_transactions t
      where not t.is_mainline and t.branch_name = n.name order by t.created_at desc limit 1
    ) as last
    order by 2 desc, 1 limit 200
  ) as newest
  cross join lateral (
    select count(*) as runs from public.benchmark_transactions t where not t.is_mainline and t.branch_name = newest.name
  ) as counted
  order by 2 desc, 1;
end $$;

comment on function public.side_branches is 'The branches that have side runs, the one that ran last first';

comment on function public.list_runs is 'The log of runs page by page, optionally filtered';

/*
 * search_runs(p_query, p_before_created_at, p_before_id, p_limit) -> runs, the newest first
 *
 * Finds runs, side runs and retracted ones too, by a commit prefix, a CI run, a tag, part of a model's
 * name, an actor, a branch, or the run's id.
 *
 * The search term may occur in every run or in one, and the planner cannot know which. So this scans
 * the newest runs first, where a common term fills a page at once; otherwise the term is rare and is
 * looked up in one index after the other.
 *
 * Called by  the dashboard's search: POST /rest/v1/rpc/search_runs
 * p_query    commit_sha, run_id  begin with it, from 4 characters on; otherwise equal it
 *            tags, triggered_by  one of them equals it
 *            branch_name         equals it, of side runs
 *            model_version       contains it, in upper or lower case
 *            id                  begins with it, from 8 characters on
 *            Blank or null: all runs. Surrounding blanks, and what is beyond 1,000 characters, are ignored.
 * p_before_created_at, p_before_id  the page after the run with these; null for the first page
 * p_limit    1 to 1,000, the row limit of the REST API; clamped to that range
 * Returns    whole rows of benchmark_transactions, by created_at and id, descending
 */
create function public.search_runs(
  p_query text, p_before_created_at timestamptz default null, p_before_id uuid default null, p_limit integer default 50
)
  returns setof public.benchmark_transactions language plpgsql stable rows 50 security invoker set search_path = ''
as $$
declare
  before_time timestamptz := coalesce(p_before_created_at, 'infinity');
  -- Without an id, no run of that very time: as `created_at < …`.
  before_id   uuid        := coalesce(p_before_id, '00000000-0000-0000-0000-000000000000');
  page_size   integer     := least(greatest(coalesce(p_limit, 50), 1), 1000);
  wanted      text        := nullif(regexp_replace(left(p_query, 1000), '^\s+|\s+$', '', 'g'), '');
  -- The last text that begins with it, in the order of text_pattern_ops.
  last_wanted text        := case when length(wanted) >= 4 then wanted || chr(1114111) else wanted end;
  models      integer[];
  hex         text;
  first_id    uuid;
  last_id     uuid;
  page        uuid[];
begin
  if wanted is null then
    return query
    select t.* from public.benchmark_transactions t
    where (t.created_at, t.id) < (before_time, before_id) order by t.created_at desc, t.id desc limit page_size;
    return;
  end if;

  models := array(
    select c.id from public.benchmark_configurations c where position(lower(wanted) in lower(c.model_version)) > 0);

  hex := lower(replace(wanted, '-', ''));
  if hex ~ '^[0-9a-f]{8,32}$' then
    first_id := rpad(hex, 32, '0')::uuid;
    last_id  := rpad(hex, 32, 'f')::uuid;
  end if;

  page := array(
    select newest.id
    from (
      select t.* from public.benchmark_transactions t
      where (t.created_at, t.id) < (before_time, before_id) order by t.created_at desc, t.id desc limit 20000
    ) as newest
    where newest.configuration_id = any (models)
       or newest.triggered_by = wanted
       or newest.branch_name = wanted and not newest.is_mainline
       or newest.commit_sha ~>=~ wanted and newest.commit_sha ~<=~ last_wanted
       or newest.run_id ~>=~ wanted and newest.run_id ~<=~ last_wanted
       or newest.tags @> array[wanted]
       or newest.id between first_id and last_id
    order by newest.created_at desc, newest.id desc limit page_size
  );

  if cardinality(page) < page_size then
    page := array(
      select found.id
      from (
        select t.id, t.created_at from public.benchmark_transactions t where t.commit_sha ~>=~ wanted and t.commit_sha ~<=~ last_wanted
        union
        select t.id, t.created_at from public.benchmark_transactions t where t.run_id ~>=~ wanted and t.run_id ~<=~ last_wanted
        union
        select t.id, t.created_at from public.benchmark_transactions t where t.tags @> array[wanted]
        union
        select t.id, t.created_at from public.benchmark_transactions t where t.id between first_id and last_id
        union
        (select t.id, t.created_at from public.benchmark_transactions t
         where t.triggered_by = wanted and t.created_at <= before_time and (t.created_at, t.id) < (before_time, before_id)
         order by t.created_at desc, t.id desc limit page_size)
        union
        (select t.id, t.created_at from public.benchmark_transactions t
         where t.branch_name = wanted and not t.is_mainline and t.created_at <= before_time and (t.created_at, t.id) < (before_time, before_id)
         order by t.created_at desc, t.id desc limit page_size)
        union
        select run.id, run.created_at
        from unnest(models) as chosen (configuration_id)
        cross join lateral (
          select t.id, t.created_at from public.benchmark_transactions t
          where t.configuration_id = chosen.configuration_id
            and t.created_at <= before_time and (t.created_at, t.id) < (before_time, before_id)
          order by t.created_at desc, t.id desc limit page_size
        ) as run
        -- Separate from the condition below, which would lead the planner back to the scan.
        offset 0
      ) as found
      where (found.created_at, found.id) < (before_time, before_id)
      order by found.created_at desc, found.id desc limit page_size
    );
  end if;

  return query
  select t.* from public.benchmark_transactions t where t.id = any (page) order by t.created_at desc, t.id desc;
end $$;

comment on function public.search_runs is 'The newest runs that match a commit, CI run, tag, model, actor, branch or id, page by page';

/*
 * what_changed(p_since) -> rows of four kinds, the newest of each kind first
 *
 * Events of the main line since a point in time, by default 24 hours ago.
 *
 *   run           a configuration whose current run ran since then
 *   new           a configuration that had no run before
 *   baseline      a baseline that was marked, or, without a run, cleared
 *   change_point  a change of level that was found: suspect, confirmed or accepted
 *
 * Called by  the dashboard's first page: GET /rest/v1/rpc/what_changed
 * p_since    the point in time; null for 24 hours ago
 * Returns    at most 100 rows of each kind
 *            of_kind   the total number of this kind; for run the number of runs, up to 10,000
 *            metric, effect  of a change point: regressed, improved or changed; of a run: worse or
 *                      better by more than 0.05 than its baseline, by its primary metric, as measured
 *                      by detect_regression; otherwise null
 */
create function public.what_changed(p_since timestamptz default now() - interval '24 hours')
  returns table (
    kind text, configuration_id integer, model_version text, dataset_version text, environment text,
    transaction_id uuid, happened_at timestamptz, metric text, effect text, of_kind bigint
  )
  language sql stable rows 100 security invoker set search_path = ''
as $$
  with since as materialized (
    select coalesce(p_since, now() - interval '24 hours') as moment
  ), ran as materialized (
    select s.* from public.benchmark_snapshots s where s.is_active and s.created_at >= (select moment from since)
  ), happened as (
    select 'run' as kind, r.configuration_id, r.model_version, r.dataset_version, r.environment, r.transaction_id,
           r.created_at as happened_at, null::text as metric, null::text as effect
    from ran r
    union all
    select 'new', r.configuration_id, r.model_version, r.dataset_version, r.environment, r.transaction_id, r.created_at, null, null
    from ran r
    where not exists (
      select from public.v_main_line t
      where t.configuration_id = r.configuration_id and t.created_at < (select moment from since))
    union all
    select 'baseline', t.configuration_id, b.model_version, b.dataset_version, b.environment, b.transaction_id, b.marked_at, null, null
    from benchmark_private.standing_marks b
    left join public.benchmark_transactions t on t.id = b.transaction_id
    where b.marked_at >= (select moment from since)
    union all
    select 'change_point', p.configuration_id, p.model_version, p.dataset_version, p.environment, p.transaction_id, p.recorded_at,
           p.metric, p.effect
    from public.v_change_points p
    where p.recorded_at >= (select moment from since) and p.state <> 'dismissed'
  ), placed as (
    select h.*,
           row_number() over (partition by h.kind order by h.happened_at desc, h.configuration_id, h.metric) as place,
           case h.kind when 'run' then runs.counted else count(*) over (partition by h.kind) end as of_kind
    from happened h
    cross join (
      select count(*) as counted
      from (select from public.v_main_line t where t.created_at >= (select moment from since) limit 10000) as newest
    ) as runs
  )
  select p.kind, p.configuration_id, p.model_version, p.dataset_version, p.environment, p.transaction_id, p.happened_at,
         coalesce(p.metric, moved.metric), coalesce(p.effect, moved.effect), p.of_kind
  from placed p
  -- Only for the returned runs: each needs a search for its baseline.
  left join lateral (
    select chosen.metric, case when worse.by > 0.05 then 'worse' else 'better' end as effect
    from public.benchmark_snapshots r
    cross join lateral benchmark_private.primary_metric(r.metrics) as chosen (metric)
    cross join lateral public.baseline_for(r.model_version, r.dataset_version, r.prompt_version, r.environment) as counts
    join public.benchmark_transactions held on held.id = counts.transaction_id
    cross join lateral public.metric_definition(chosen.metric) as meaning
    cross join lateral benchmark_private.worse_by(
      (r.metrics ->> chosen.metric)::numeric, (held.metrics ->> chosen.metric)::numeric, meaning.direction, meaning.scale
    ) as worse (by)
    where p.kind = 'run' and r.configuration_id = p.configuration_id and abs(worse.by) > 0.05
  ) as moved on true
  where p.place <= 100
  order by p.kind, p.place
$$;

comment on function public.what_changed is 'Runs, new configurations, baselines and change points since a point in time';

-- Grants.
revoke execute on function public.list_runs, public.side_branches, public.search_runs, public.what_changed from public;
grant  execute on function public.list_runs, public.side_branches, public.search_runs, public.what_changed to anon, authenticated, service_role;
$migration_20261126001100$;
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('20261126001100', array[migration], 'log_and_search');
end if;

-- ---------------------------------------------------------------------------------------------
-- 20261126001200_trends.sql
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '20261126001200') then
migration := $migration_20261126001200$
/*
 * Trends: one metric over time, as a series to draw and as summaries for a comparison.
 */

/*
 * metric_series(p_configuration_id, p_metric, p_from, p_to, p_max_points) -> points, the oldest first
 *
 * One metric of one configuration as a series to draw: every run that counts up to p_max_points, otherwise a
 * selection that keeps the shape. The runs are divided into buckets of equal length in their order,
 * and the lowest and the highest of each are kept: spikes are never smoothed away. The first and the
 * last run are kept too.
 *
 * More than 5,000 runs would exceed a browser's time limit. Then the buckets are made from 5,000 of
 * them, evenly spaced in their order, and a spike between two of these can be missed;
 * v_daily_metrics has the exact lowest and highest value of every day.
 *
 * Called by  the dashboard's charts: POST /rest/v1/rpc/metric_series
 * p_metric   a name such as f1; runs without it are skipped
 * p_from, p_to  only runs at or after the first and before the second; null for all
 * p_max_points  4 to 1,000, the row limit of the REST API; clamped to that range
 * Returns    one row per point, by created_at and version, ascending; each is a run as it is stored
 *            n, stderr  number of items and standard error, where known
 *            of_runs  the number of runs that count in this time, with or without the metric; the same in each row
 */
create function public.metric_series(
  p_configuration_id integer, p_metric text, p_from timestamptz default null, p_to timestamptz default null,
  p_max_points integer default 500
)
  returns table (
    id uuid, created_at timestamptz, version integer, commit_sha text, branch_name text, model_provider text,
    triggered_by text, value double precision, n double precision, stderr double precision, of_runs bigint
  )
  language plpgsql stable rows 500 security invoker set search_path = ''
as $$
#variable_conflict use_column
declare
  from_time  timestamptz := coalesce(p_from, '-infinity');
  to_time    timestamptz := coalesce(p_to, 'infinity');
  max_points integer     := least(greatest(coalesce(p_max_points, 500), 4), 1000);
  most_read  constant integer := 5000;
  in_range   bigint;
  places     uuid[];
  numbers    numeric[];
begin
  -- From the index alone, less the few that are retracted.
  select count(*) - (
    select count(*) from public.v_retractions_in_force r join public.benchmark_transactions t on t.id = r.transaction_id
    where t.configuration_id = p_configuration_id and t.is_mainline and t.created_at >= from_time and t.created_at < to_time)
  into in_range
  from public.benchmark_transactions t
  where t.configuration_id = p_configuration_id and t.is_mainline and t.created_at >= from_time and t.created_at < to_time;

  if in_range <= most_read then
    select array_agg(t.id order by t.created_at, t.version),
           array_agg((t.metrics ->> p_metric)::numeric order by t.created_at, t.version)
    into places, numbers
    from public.v_main_line t
    where t.configuration_id = p_configuration_id and t.created_at >= from_time and t.created_at < to_time
      and t.metrics ? p_metric;
  else
    -- The times come from the index alone; only every n-th run is read.
    select array_agg(run.id order by spaced.created_at, run.version),
           array_agg(run.number order by spaced.created_at, run.version)
    into places, numbers
    from (
      select times.created_at
      from (
        select t.created_at, row_number() over (order by t.created_at) as place
        from public.benchmark_transactions t
        where t.configuration_id = p_configuration_id and t.is_mainline and t.created_at >= from_time and t.created_at < to_time
      ) as times
      where times.place % (in_range / most_read + 1) = 0
      union
      -- The first and the last run with the metric, whatever is retracted or lacks it.
      (select t.created_at from public.v_main_line t
       where t.configuration_id = p_configuration_id and t.created_at >= from_time and t.created_at < to_time and t.metrics ? p_metric
       order by t.created_at limit 1)
      union
      (select t.created_at from public.v_main_line t
       where t.configuration_id = p_configuration_id and t.created_at >= from_time and t.created_at < to_time and t.metrics ? p_metric
       order by t.created_at desc limit 1)
    ) as spaced
    cross join lateral (
      select t.id, t.version, (t.metrics ->> p_metric)::numeric as number
      from public.v_main_line t
      where t.configuration_id = p_configuration_id and t.created_at = spaced.created_at and t.metrics ? p_metric
      order by t.version desc limit 1
    ) as run;
  end if;

  return query
  select t.id, t.created_at, t.version, t.commit_sha, t.branch_name, t.model_provider, t.triggered_by,
         benchmark_private.json_double(t.metrics -> p_metric), benchmark_private.json_double(t.metric_stats -> p_metric -> 'n'),
         benchmark_private.json_double(t.metric_stats -> p_metric -> 'stderr'), in_range
  from public.benchmark_transactions t
  where t.id in (
    select kept.id
    from (
      select ordered.id, ordered.place,
             row_number() over (partition by stretch order by ordered.number, ordered.place)      as from_below,
             row_number() over (partition by stretch order by ordered.number desc, ordered.place) as from_above
      from unnest(places, numbers) with ordinality as ordered (id, number, place)
      cross join lateral (select (ordered.place - 1) * ((max_points - 2) / 2) / cardinality(places)) as cut (stretch)
    ) as kept
    where cardinality(places) <= max_points
       or kept.from_below = 1 or kept.from_above = 1
       or kept.place = 1 or kept.place = cardinality(places)
  )
  order by t.created_at, t.version;
end $$;

comment on function public.metric_series is 'One metric of one configuration as a series to draw, thinned to a maximum of points, peaks and ends kept';

/*
 * summarize_metric(p_metric, p_from, p_to, p_configuration_ids) -> one row per configuration
 *
 * Count, mean, spread and percentiles of one metric over some days, from the daily sums.
 *
 * Called by  compare_configurations; analysts
 * p_metric   a name such as f1
 * p_from, p_to  first and last day, UTC, both included; by default the last 90 days
 * p_configuration_ids  only these; null for all
 * Returns    configurations that have the metric in these days; runs, mean, stddev (of a sample,
 *            null with one run), lowest, highest exact; median and p95 within 0.1 %
 */
create function public.summarize_metric(
  p_metric text, p_from date default (now() at time zone 'UTC')::date - 89, p_to date default (now() at time zone 'UTC')::date,
  p_configuration_ids integer[] default null
)
  returns table (
    configuration_id integer, model_version text, dataset_version text, prompt_version text, environment text,
    runs bigint, mean double precision, stddev double precision,
    lowest double precision, highest double precision, median double precision, p95 double precision
  )
  language sql stable security invoker set search_path = ''
as $$
  with chosen as materialized (
    select d.*
    from public.benchmark_daily_metrics d
    where d.metric = p_metric and d.day between p_from and p_to
      and (p_configuration_ids is null
           or d.configuration_id = any ((select benchmark_private.at_most(p_configuration_ids, 10000, 'p_configuration_ids'))::integer[]))
  ), summed as (
    select d.configuration_id, sum(d.runs) as runs, sum(d.total) as total, sum(d.total_squares) as total_squares,
           min(d.lowest) as lowest, max(d.highest) as highest
    from chosen d
    group by d.configuration_id
  ), histograms as (
    select b.configuration_id, array_agg(b.bucket order by b.bucket) as buckets, array_agg(b.runs order by b.bucket) as counts
    from (
      select d.configuration_id, h.bucket, sum(h.runs)::integer as runs
      from chosen d
      cross join lateral unnest(d.buckets, d.bucket_counts) as h (bucket, runs)
      group by d.configuration_id, h.bucket
    ) as b
    group by b.configuration_id
  )
  select c.id, c.model_version, c.dataset_version, c.prompt_version, c.environment,
         s.runs, round(s.total / s.runs, 300)::double precision,
         round(sqrt((s.runs * s.total_squares - s.total * s.total) / nullif(s.runs * (s.runs - 1), 0)), 300)::double precision,
         range.lowest, range.highest,
         least(greatest(public.histogram_percentile(h.buckets, h.counts, 0.5), range.lowest), range.highest),
         least(greatest(public.histogram_percentile(h.buckets, h.counts, 0.95), range.lowest), range.highest)
  from summed s
  join histograms h on h.configuration_id = s.configuration_id
  join public.benchmark_configurations c on c.id = s.configuration_id
  -- Rounded, because the cast of a number below 1e-308 is an error.
  cross join lateral (select round(s.lowest, 300)::double precision, round(s.highest, 300)::double precision) as range (lowest, highest)
  order by c.model_version, c.dataset_version, c.prompt_version, c.environment
$$;

comment on function public.summarize_metric is 'Count, mean, spread and percentiles of one metric per configuration over some days';

/*
 * compare_configurations(p_configuration_ids, p_from, p_to) -> one row per configuration and metric
 *
 * summarize_metric for every metric of a few configurations, so that a comparison is one request.
 *
 * Called by  the dashboard's comparison: POST /rest/v1/rpc/compare_configurations
 * p_configuration_ids  which ones; of more than 8 different ones the first 8 by number
 * p_from, p_to  first and last day, UTC, both included; by default the last 90 days
 * Returns    the columns of summarize_metric, for every metric of each configuration in these days
 */
create function public.compare_configurations(
  p_configuration_ids integer[],
  p_from date default (now() at time zone 'UTC')::date - 89, p_to date default (now() at time zone 'UTC')::date
)
  returns table (
    configuration_id integer, metric text,
    runs bigint, mean double precision, stddev double precision,
    lowest double precision, highest double precision, median double precision, p95 double precision
  )
  language sql stable security invoker set search_path = ''
as $$
  with chosen as (
    select array(
      select distinct asked.id from unnest(benchmark_private.at_most(p_configuration_ids, 10000, 'p_configuration_ids')) as asked (id) where asked.id is not null order by asked.id limit 8
    ) as ids
  )
  select s.configuration_id, measured.metric, s.runs, s.mean, s.stddev, s.lowest, s.highest, s.median, s.p95
  from chosen
  cross join lateral (
    select distinct d.metric
    from public.benchmark_daily_metrics d
    where d.configuration_id = any (chosen.ids) and d.day between p_from and p_to
  ) as measured
  cross join lateral public.summarize_metric(measured.metric, p_from, p_to, chosen.ids) as s
  order by measured.metric, s.configuration_id
$$;

comment on function public.compare_configurations is 'Count, mean, spread and percentiles of every metric of up to 8 configurations over some days';

-- Grants.
revoke execute on function public.metric_series, public.summarize_metric, public.compare_configurations from public;
grant  execute on function
  public.metric_series, public.summarize_metric, public.compare_configurations to anon, authenticated, service_role;
$migration_20261126001200$;
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('20261126001200', array[migration], 'trends');
end if;

-- ---------------------------------------------------------------------------------------------
-- 20261126001300_views_and_original_api.sql
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '20261126001300') then
migration := $migration_20261126001300$
/*
 * Views, which are security_invoker and therefore respect the reader's rights, and the original API:
 * functions and views of older scripts and dashboards. Their names, arguments and first columns are
 * fixed.
 */

create view public.v_latest_benchmarks with (security_invoker = true) as
select s.model_version, s.dataset_version, s.prompt_version, s.environment,
       s.snapshot_version, s.f1_score, s.precision_score, s.recall_score, s.latency_ms, s.cost_per_analysis,
       s.created_at, s.commit_sha, t.run_id, t.triggered_by, s.metrics,
       s.transaction_id, s.configuration_id, s.model_provider, t.branch_name, t.tags,
       s.is_baseline, s.last_updated_at
from public.benchmark_snapshots s
join public.benchmark_transactions t on t.id = s.transaction_id
where s.is_active
order by s.f1_score desc nulls last;

comment on view public.v_latest_benchmarks is 'The current run of each active configuration, the best F1 first';

/*
 * v_daily_metrics: one metric of one configuration on one UTC day. mean, stddev (of a sample; null with
 * one run), lowest and highest are exact, median and p95 within 0.1 %.
 */
create view public.v_daily_metrics with (security_invoker = true) as
select d.day, d.metric, d.configuration_id,
       c.model_version, c.dataset_version, c.prompt_version, c.environment, d.runs,
       round(d.total / d.runs, 300)::double precision as mean,
       round(sqrt((d.runs * d.total_squares - d.total * d.total) / nullif(d.runs::numeric * (d.runs - 1), 0)), 300)::double precision as stddev,
       range.lowest, range.highest,
       least(greatest(public.histogram_percentile(d.buckets, d.bucket_counts, 0.5), range.lowest), range.highest) as median,
       least(greatest(public.histogram_percentile(d.buckets, d.bucket_counts, 0.95), range.lowest), range.highest) as p95
from public.benchmark_daily_metrics d
join public.benchmark_configurations c on c.id = d.configuration_id
-- Rounded, because the cast of a number below 1e-308 is an error.
cross join lateral (select round(d.lowest, 300)::double precision, round(d.highest, 300)::double precision) as range (lowest, highest);

comment on view public.v_daily_metrics is 'Count, mean, spread and percentiles per configuration, metric and UTC day';

/*
 * v_metrics: every metric that is declared or that a run has, as metric_definition says it, and where
 * its direction comes from: a report, a person, the catalogue, its name, or nobody. The names of runs
 * are found by jumping from each to the next in the index, not by reading all days.
 */
create view public.v_metrics with (security_invoker = true) as
with recursive used (name) as (
  (select d.metric from public.benchmark_daily_metrics d order by d.metric limit 1)
  union all
  select (select d.metric from public.benchmark_daily_metrics d where d.metric > u.name order by d.metric limit 1)
  from used u
  where u.name is not null
)
select m.name, coalesce(m.unit, said.unit) as unit, coalesce(m.direction, said.direction, 'neither') as direction,
       m.min, m.max, m.scale, m.description, true as is_declared,
       case when m.direction is not null then m.source when said.direction is not null then 'name' else 'nobody' end as direction_from,
       m.source, m.declared_by, m.declared_at, m.reason
from public.benchmark_metrics m
cross join lateral benchmark_private.metric_by_name(case when m.direction is null or m.unit is null then m.name end) as said
union all
select u.name, said.unit, coalesce(said.direction, 'neither'), case when said.is_amount then 0 end, null, 'relative', null, false,
       case when said.direction is not null then 'name' else 'nobody' end, null, null, null, null
from used u
cross join lateral benchmark_private.metric_by_name(u.name) as said
where u.name is not null and not exists (select from public.benchmark_metrics m where m.name = u.name);

comment on view public.v_metrics is 'What each metric means: as declared in benchmark_metrics, else as its name says';

/*
 * v_performance_trends: per UTC day, model and environment, as in the original system. It averages over
 * data sets and prompts; v_daily_metrics keeps them apart.
 */
create view public.v_performance_trends with (security_invoker = true) as
select daily.date, daily.model_version, daily.environment,
       max(runs)   filter (where metric is null)            as run_count,
       max(mean)   filter (where metric = 'f1')             as avg_f1,
       max(mean)   filter (where metric = 'precision')      as avg_precision,
       max(mean)   filter (where metric = 'recall')         as avg_recall,
       max(mean)   filter (where metric = 'latency_ms')     as avg_latency_ms,
       max(mean)   filter (where metric = 'analysis_cost')  as avg_cost,
       max(stddev) filter (where metric = 'f1')             as stddev_f1,
       max(stddev) filter (where metric = 'precision')      as stddev_precision,
       max(stddev) filter (where metric = 'recall')         as stddev_recall,
       max(stddev) filter (where metric = 'latency_ms')     as stddev_latency_ms,
       max(stddev) filter (where metric = 'analysis_cost')  as stddev_cost
from (
  select sums.date, c.model_version, c.environment, sums.metric, sum(runs) as runs, sum(total) / sum(runs) as mean,
         sqrt((sum(runs) * sum(total_squares) - sum(total) * sum(total)) / nullif(sum(runs) * (sum(runs) - 1), 0)) as stddev
  from (
    -- The counts of runs are rows with a null metric beside the sums.
    select day::timestamp at time zone 'UTC' as date, configuration_id, null as metric, runs, null::numeric as total,
           null::numeric as total_squares
    from public.benchmark_daily_runs
    union all
    select day::timestamp at time zone 'UTC', configuration_id, metric, runs, total, total_squares
    from public.benchmark_daily_metrics
    where metric in ('f1', 'precision', 'recall', 'latency_ms', 'analysis_cost')
  ) as sums
  join public.benchmark_configurations c on c.id = sums.configuration_id
  group by sums.date, c.model_version, c.environment, sums.metric
) as daily
group by daily.date, daily.model_version, daily.environment;

comment on view public.v_performance_trends is 'Daily averages per model and environment, over all data sets and prompts; v_daily_metrics keeps configurations apart';

create view public.v_original_transactions with (security_invoker = true) as
select id, created_at, commit_sha, branch_name, model_version, model_provider, dataset_version, dataset_size, prompt_version,
       environment, run_id, triggered_by,
       case when jsonb_typeof(details -> 'domain_breakdown') = 'object' then jsonb_build_object('error_type_performance', (
         select coalesce(jsonb_object_agg(domain.key, domain.value || jsonb_build_object(
           'detection_rate', coalesce(domain.value -> 'recall', '0'), 'detected', coalesce(domain.value -> 'total_detected', '0'),
           'total', coalesce(domain.value -> 'total_cases', '0'))), '{}')
         from jsonb_each(details -> 'domain_breakdown') as domain)) else '{}' end || coalesce(details, '{}') || metrics as metrics,
       duration_seconds, error_count, success_count, tags, notes
from public.benchmark_transactions;

comment on view public.v_original_transactions is
  'The runs as the original system has them: metrics holds the nested values too, and the error types that its push script derived';

revoke all on public.v_latest_benchmarks, public.v_daily_metrics, public.v_metrics, public.v_performance_trends, public.v_original_transactions from public, anon, authenticated, service_role;
grant select on public.v_latest_benchmarks, public.v_daily_metrics, public.v_metrics, public.v_performance_trends, public.v_original_transactions to anon, authenticated, service_role;

/*
 * split_metrics(p_sent) -> (metrics, details)
 *
 * Splits the object of the original's scripts into numbers and other data.
 *
 * Called by  upsert_benchmark_result; sql/import_original_runs.sql
 * p_sent     an object, or the text of one in a JSON string, as some scripts stored it
 * Returns    metrics  finite numbers, also those in quotes ("0.9"), like the original's casts
 *            details  everything else (nested objects, texts, nulls, as a text a number beyond 1e308)
 *                     under its name, null when there is none; a value that is not an object goes
 *                     under the name metrics
 * Rights     security invoker; execute for service_role, through what calls it
 */
create function benchmark_private.split_metrics(p_sent jsonb, out metrics jsonb, out details jsonb)
  language plpgsql immutable security invoker set search_path = ''
as $$
declare
  sent jsonb := p_sent;
begin
  if jsonb_typeof(sent) = 'string' then
    begin
      sent := (sent #>> '{}')::jsonb;
    exception when invalid_text_representation then
      null;
    end;
  end if;
  if jsonb_typeof(sent) <> 'object' then
    sent := jsonb_build_object('metrics', p_sent);
  end if;

  select coalesce(jsonb_object_agg(m.key, number.value) filter (where number.value is not null), '{}'),
         jsonb_object_agg(m.key, case when jsonb_path_exists(m.value, 'strict $ ? (@ > 1e308 || @ < -1e308)') then to_jsonb(m.value::text) else m.value end)
           filter (where number.value is null)
  into metrics, details
  from jsonb_each(sent) as m
  cross join lateral (
    -- Cast only certain numbers with few enough digits for the cast.
    select case when m.value #>> '{}' ~ '^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?\s*$' and length(m.value #>> '{}') <= 400
                  and jsonb_typeof(m.value) in ('number', 'string') and length(m.key) between 1 and 100 and m.key = trim(m.key)
             then (m.value #>> '{}')::numeric end
  ) as read (value)
  cross join lateral (select case when abs(read.value) <= 1e308 then to_jsonb(read.value) end) as number (value);
end $$;

/*
 * upsert_benchmark_result(p_commit_sha, p_branch_name, p_model_version, …) -> id of the run
 *
 * Stores one run, as sent by push_to_supabase.py. Repeating the same call returns the same id.
 *
 * Called by  older Python scripts: client.rpc('upsert_benchmark_result', {…})
 * p_metrics  numbers become metrics, everything else moves to details (see split_metrics)
 * Raises     22023  a required argument is missing or not valid
 * Rights     security invoker; execute for service_role only
 */
create function public.upsert_benchmark_result(
  p_commit_sha text, p_branch_name text default null, p_model_version text default null,
  p_model_provider text default null, p_dataset_version text default null, p_dataset_size integer default null,
  p_prompt_version text default null, p_environment text default null, p_run_id text default null,
  p_triggered_by text default null, p_metrics jsonb default null, p_duration_seconds numeric default null,
  p_tags text[] default null, p_notes text default null
)
  returns uuid language sql volatile security invoker set search_path = ''
as $$
  select i.id
  from benchmark_private.split_metrics(p_metrics) as split
  cross join lateral public.ingest_runs(jsonb_build_array(jsonb_build_object(
    'commit_sha', trim(p_commit_sha), 'branch_name', trim(p_branch_name), 'model_version', trim(p_model_version),
    'model_provider', trim(p_model_provider), 'dataset_version', trim(p_dataset_version), 'dataset_size', p_dataset_size,
    'prompt_version', trim(p_prompt_version), 'environment', trim(p_environment), 'run_id', trim(p_run_id),
    'triggered_by', trim(p_triggered_by), 'metrics', case when p_metrics is not null then split.metrics end,
    'details', split.details, 'duration_seconds', p_duration_seconds,
    'tags', case when p_tags is not null then to_jsonb(array(select trim(tag) from unnest(p_tags) as tag)) end, 'notes', p_notes
  ))) as i
$$;

comment on function public.upsert_benchmark_result is 'Stores one run as scripts of the original system send it; the very same call again returns the same id';

/*
 * get_snapshot_history(model, dataset, prompt, environment, p_limit) -> runs of one configuration
 *
 * The versions of one configuration that count, the last to arrive first.
 *
 * Called by  older dashboards; `bench-push history`
 * p_limit    how many at most; null for all
 * Returns    snapshot_version is the run's version; is_current marks the run that the snapshot
 *            shows, is_baseline a baseline in force
 */
create function public.get_snapshot_history(
  p_model_version text, p_dataset_version text, p_prompt_version text, p_environment text, p_limit integer default 10
)
  returns table (
    snapshot_version integer, created_at timestamptz, commit_sha text,
    f1_score numeric, precision_score numeric, recall_score numeric, latency_ms numeric,
    is_current boolean, is_baseline boolean, cost_per_analysis numeric, transaction_id uuid, metrics jsonb
  )
  language sql stable security invoker set search_path = ''
as $$
  select t.version, t.created_at, t.commit_sha,
         (t.metrics ->> 'f1')::numeric, (t.metrics ->> 'precision')::numeric, (t.metrics ->> 'recall')::numeric,
         (t.metrics ->> 'latency_ms')::numeric, t.id = s.transaction_id,
         exists (select from public.v_baselines_in_force b where b.transaction_id = t.id),
         (t.metrics ->> 'analysis_cost')::numeric, t.id, t.metrics
  from public.v_main_line t
  join public.benchmark_snapshots s on s.configuration_id = t.configuration_id
  -- One number, known before the runs are read, so that the last ones come from the index.
  where t.configuration_id = (
    select c.id from public.benchmark_configurations c
    where c.model_version = p_model_version and c.dataset_version = p_dataset_version
      and c.prompt_version = p_prompt_version and c.environment = p_environment
  )
  order by t.version desc limit p_limit
$$;

comment on function public.get_snapshot_history is 'The versions of one configuration that count, the last to arrive first';

/*
 * compare_snapshots(model, dataset, prompt, environment, p_version_a, p_version_b) -> one row per metric
 *
 * Two versions of one configuration, metric by metric.
 *
 * Called by  older dashboards; `bench-push compare`
 * Returns    f1_score, precision, recall, latency_ms and cost_per_analysis first, under the names
 *            the original gave them, then every other metric of either run under its own name;
 *            delta is b minus a; percent_change is in percent of a, null when a is 0;
 *            no row when one of the versions does not exist
 */
create function public.compare_snapshots(
  p_model_version text, p_dataset_version text, p_prompt_version text, p_environment text, p_version_a integer, p_version_b integer
)
  returns table (metric text, version_a_value numeric, version_b_value numeric, delta numeric, percent_change numeric)
  language sql stable security invoker set search_path = ''
as $$
  with versions as (
    select a.metrics as a, b.metrics as b
    from public.benchmark_configurations c
    join public.benchmark_transactions a on a.configuration_id = c.id and a.version = p_version_a
    join public.benchmark_transactions b on b.configuration_id = c.id and b.version = p_version_b
    where c.model_version = p_model_version and c.dataset_version = p_dataset_version
      and c.prompt_version = p_prompt_version and c.environment = p_environment
  ), original (position, name, shown_as) as (
    values (1, 'f1', 'f1_score'), (2, 'precision', 'precision'), (3, 'recall', 'recall'),
           (4, 'latency_ms', 'latency_ms'), (5, 'analysis_cost', 'cost_per_analysis')
  ), named as (
    select o.position, o.name, o.shown_as from original o
    union all
    select 6, m.name, m.name
    from (select jsonb_object_keys(v.a || v.b) as name from versions v) as m where m.name not in (select o.name from original o)
  )
  select n.shown_as, pair.a, pair.b, benchmark_private.bounded(pair.b - pair.a),
         benchmark_private.bounded((pair.b - pair.a) / nullif(abs(pair.a), 0) * 100)
  from versions v
  cross join named n
  cross join lateral (select (v.a ->> n.name)::numeric, (v.b ->> n.name)::numeric) as pair (a, b)
  order by n.position, n.name
$$;

comment on function public.compare_snapshots is 'Two versions of one configuration, metric by metric';

-- Grants.
revoke execute on function benchmark_private.split_metrics, public.get_snapshot_history, public.compare_snapshots from public;
revoke execute on function public.upsert_benchmark_result from public, anon, authenticated;
grant  execute on function benchmark_private.split_metrics, public.upsert_benchmark_result to service_role;
grant  execute on function public.get_snapshot_history, public.compare_snapshots to anon, authenticated, service_role;
$migration_20261126001300$;
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('20261126001300', array[migration], 'views_and_original_api');
end if;

-- ---------------------------------------------------------------------------------------------
-- 20261126001400_recount.sql
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '20261126001400') then
migration := $migration_20261126001400$
/*
 * recount() -> the first difference between what is kept and the log, or no row
 *
 * Counts versions, snapshots, daily counts and daily sums again from the runs that count. It reads
 * every run, so it may take minutes; nothing is locked.
 *
 * Called by  `bench-push doctor --deep`: POST /rest/v1/rpc/recount
 * Returns    kind  versions, snapshot, daily count or daily sums; place  which one, in words;
 *            kept, recounted  the values that differ, null where there is none
 * Rights     security invoker; execute for service_role only
 */
create function public.recount()
  returns table (kind text, place text, kept jsonb, recounted jsonb)
  language sql stable rows 1 security invoker set search_path = '' set jit = off set statement_timeout = '10min'
as $$
  with by_day as (
    select t.configuration_id, (t.created_at at time zone 'UTC')::date as day, count(*)::integer as runs,
           array_agg(t.configuration_id) as configuration_ids, array_agg(t.created_at) as times, array_agg(t.metrics) as metrics
    from public.v_main_line t group by 1, 2
  ), differences as (
    select 1 as step, 'versions' as kind, t.configuration_id, null::date as day, null as metric,
           jsonb_build_object('first', min(t.version), 'last', max(t.version)) as kept,
           jsonb_build_object('first', 1, 'last', count(*)) as recounted
    from public.benchmark_transactions t group by t.configuration_id
    union all
    select 2, 'snapshot', configuration_id, null, null, to_jsonb(kept) - 'configuration_id', to_jsonb(found) - 'configuration_id'
    from (
      select s.configuration_id, s.model_version, s.dataset_version, s.prompt_version, s.environment, s.transaction_id, s.snapshot_version,
             s.created_at, s.last_updated_at, s.commit_sha, s.model_provider, s.metrics, s.is_baseline
      from public.benchmark_snapshots s
    ) as kept
    full join benchmark_private.recounted_snapshots as found using (configuration_id)
    union all
    select 3, 'daily count', configuration_id, day, null, to_jsonb(kept.runs), to_jsonb(found.runs)
    from public.benchmark_daily_runs kept
    full join by_day as found using (configuration_id, day)
    union all
    select 4, 'daily sums', configuration_id, day, metric, to_jsonb(kept), to_jsonb(found)
    from public.benchmark_daily_metrics kept
    full join (
      select sums.* from by_day d cross join lateral benchmark_private.daily_sums(d.configuration_ids, d.times, d.metrics) as sums
    ) as found using (configuration_id, metric, day)
  )
  select d.kind,
         concat_ws(', ', coalesce(format('%s on %s with prompt %s in %s', c.model_version, c.dataset_version, c.prompt_version, c.environment),
                                  'configuration ' || d.configuration_id), d.metric, d.day),
         only_other.kept, only_other.recounted
  from differences d
  left join public.benchmark_configurations c on c.id = d.configuration_id
  cross join lateral (
    -- Of two objects what differs.
    select case jsonb_typeof(d.kept) when 'object' then (
             select jsonb_object_agg(k.key, k.value) from jsonb_each(d.kept) as k where k.value is distinct from d.recounted -> k.key) else d.kept end,
           case jsonb_typeof(d.recounted) when 'object' then (
             select jsonb_object_agg(r.key, r.value) from jsonb_each(d.recounted) as r where r.value is distinct from d.kept -> r.key) else d.recounted end
  ) as only_other (kept, recounted)
  where d.kept is distinct from d.recounted
  order by d.step, d.configuration_id, d.day, d.metric limit 1
$$;

comment on function public.recount is 'The first difference between snapshots, daily sums and versions and the log of runs; no row if all is exact';

-- Grants.
revoke execute on function public.recount from public, anon, authenticated;
grant  execute on function public.recount to service_role;
$migration_20261126001400$;
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('20261126001400', array[migration], 'recount');
end if;

-- ---------------------------------------------------------------------------------------------
-- 20261126001500_incidents.sql
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '20261126001500') then
migration := $migration_20261126001500$
/*
 * Incidents: what one cause did, until it is handled; and the messages about it.
 *
 *   benchmark_incidents        one row per incident: its state in force and its newest evidence
 *   benchmark_incident_events  what happened to each, by whom and why. Append only
 *   benchmark_deliveries       the outbox: one row per event and sink, leased while it is sent
 *   benchmark_watch            when somebody last looked
 *
 * SQL judges nothing: conditions, causes and events are computed by bench_model::alert. It keeps one
 * open incident per fingerprint, refuses what a state does not allow, and hands each message to one
 * sender at a time.
 */

create table public.benchmark_incidents (
  id          bigint      generated always as identity primary key,
  fingerprint text        not null constraint "fingerprint is a digest" check (fingerprint ~ '^[0-9a-f]{64}$'),
  class       text        not null constraint "class is known" check (class in ('quality', 'stale', 'old_baseline', 'spool')),
  severity    text        not null constraint "severity is known" check (severity in ('note', 'alert')),
  title       text        not null constraint "title is 1 to 500 characters" check (length(title) between 1 and 500),
  state       text        not null default 'open'
    constraint "state is known" check (state in ('open', 'acknowledged', 'muted', 'accepted', 'merged', 'resolved')),
  muted_until timestamptz,
  merged_into bigint      references public.benchmark_incidents (id),
  opened_at   timestamptz not null,
  state_at    timestamptz not null,
  state_by    text        not null,
  reason      text,
  evidence    jsonb       not null constraint "evidence is an object" check (jsonb_typeof(evidence) = 'object'),

  constraint "a mute ends" check ((state = 'muted') = (muted_until is not null)),
  constraint "a merger leads to another incident" check ((state = 'merged') = (merged_into is not null) and merged_into <> id)
);

create unique index benchmark_incidents_once_open on public.benchmark_incidents (fingerprint)
  where state in ('open', 'acknowledged', 'muted');
create index benchmark_incidents_by_state on public.benchmark_incidents (state, state_at);
create index benchmark_incidents_by_target on public.benchmark_incidents (merged_into) where merged_into is not null;

comment on table public.benchmark_incidents is 'What one cause did, over metrics, models and configurations: one row per incident, with its state in force';
comment on column public.benchmark_incidents.fingerprint is 'What two evaluators that see the same call the same; one open incident has it';
comment on column public.benchmark_incidents.evidence is
  'What belongs to it now: cause, span, members and conditions (bench_model::alert::Evidence)';

create table public.benchmark_incident_events (
  id           bigint      generated always as identity primary key,
  incident_id  bigint      not null references public.benchmark_incidents (id),
  kind         text        not null constraint "kind is known" check (
                 kind in ('opened', 'evidence', 'acknowledged', 'muted', 'unmuted', 'accepted', 'merged', 'resolved', 'reopened')),
  at           timestamptz not null,
  set_by       text        not null,
  reason       text,
  muted_until  timestamptz,
  merged_into  bigint      references public.benchmark_incidents (id),
  rules_digest text,
  is_told      boolean     not null,
  evidence     jsonb,
  recorded_at  timestamptz not null default clock_timestamp()
);

create index benchmark_incident_events_by_incident on public.benchmark_incident_events (incident_id, id);
create index benchmark_incident_events_by_target on public.benchmark_incident_events (merged_into) where merged_into is not null;

comment on table public.benchmark_incident_events is 'What happened to each incident, by whom, why and when. Append only';
comment on column public.benchmark_incident_events.at is 'The time that was evaluated, or at which it was said: the log up to here and the rules give the same event again';
comment on column public.benchmark_incident_events.rules_digest is 'SHA-256 of the rules; null for what a person did';
comment on column public.benchmark_incident_events.is_told is 'Whether messages are sent about it; otherwise messages sent before are edited';

create trigger refuse_change before update or delete or truncate on public.benchmark_incident_events
  for each statement execute function benchmark_private.refuse_change();

create table public.benchmark_deliveries (
  id           bigint      generated always as identity primary key,
  event_id     bigint      not null references public.benchmark_incident_events (id),
  incident_id  bigint      not null references public.benchmark_incidents (id),
  sink         text        not null constraint "sink is a short name" check (sink ~ '^[a-z][a-z0-9_-]{0,62}$'),
  attempts     integer     not null default 0,
  leased_until timestamptz,
  settled_at   timestamptz,
  receipt      jsonb,
  failure      text,

  constraint "each event reaches a sink once" unique (event_id, sink)
);

create index benchmark_deliveries_by_incident on public.benchmark_deliveries (incident_id, sink, id);
create index benchmark_deliveries_waiting on public.benchmark_deliveries (sink, id) where settled_at is null;

comment on table public.benchmark_deliveries is 'The outbox of messages: one row per event and sink. Clients without a secret key see that a message was sent, not where to';
comment on column public.benchmark_deliveries.receipt is 'What the sink answered, such as the number of an issue';
comment on column public.benchmark_deliveries.failure is 'Why the last attempt failed; with settled_at, why it was given up';

create table public.benchmark_watch (
  is_only      boolean     primary key default true constraint "there is one row" check (is_only),
  evaluated_at timestamptz not null,
  evaluated_by text        not null,
  rules_digest text
);

comment on table public.benchmark_watch is 'When incidents were last evaluated, and by whom: a watcher that fell silent is seen here';

-- Rights. Receipts and failures name channels and addresses, so clients read the other columns only.
alter table public.benchmark_incidents       enable row level security;
alter table public.benchmark_incident_events enable row level security;
alter table public.benchmark_deliveries      enable row level security;
alter table public.benchmark_watch           enable row level security;

create policy "Anyone with a key may read incidents" on public.benchmark_incidents for select to anon, authenticated using (true);
create policy "Anyone with a key may read what happened to incidents" on public.benchmark_incident_events
  for select to anon, authenticated using (true);
create policy "Anyone with a key may read whether messages were sent" on public.benchmark_deliveries
  for select to anon, authenticated using (true);
create policy "Anyone with a key may read when somebody last looked" on public.benchmark_watch
  for select to anon, authenticated using (true);

revoke all on public.benchmark_incidents, public.benchmark_incident_events, public.benchmark_deliveries, public.benchmark_watch
  from public, anon, authenticated, service_role;
grant select on public.benchmark_incidents, public.benchmark_incident_events, public.benchmark_watch to anon, authenticated, service_role;
grant select on public.benchmark_deliveries to service_role;
grant select (id, event_id, incident_id, sink, attempts, settled_at) on public.benchmark_deliveries to anon, authenticated;
revoke all on sequence public.benchmark_incidents_id_seq, public.benchmark_incident_events_id_seq, public.benchmark_deliveries_id_seq
  from public, anon, authenticated, service_role;

/*
 * v_incidents: every incident with what its messages came to. The inbox of the dashboard.
 *
 * is_open      whether it is not over; a mute that has ended is over, too: state says open again
 * sent, waiting  the sinks that every message has reached, and those that wait for one
 * closed_by    the incident that it is part of, if it was merged
 */
create view public.v_incidents with (security_invoker = true) as
select i.id, i.class, i.severity, i.title,
       case when i.state = 'muted' and i.muted_until <= now() then 'open' else i.state end as state,
       i.state in ('open', 'acknowledged', 'muted') as is_open,
       i.muted_until, i.merged_into, i.opened_at, i.state_at, i.state_by, i.reason,
       i.evidence -> 'cause' as cause, i.evidence -> 'conditions' as conditions,
       (i.evidence ->> 'left_out')::integer as left_out,
       jsonb_array_length(i.evidence -> 'members') as members,
       coalesce(sinks.sent, '{}') as sent, coalesce(sinks.waiting, '{}') as waiting
from public.benchmark_incidents i
cross join lateral (
  select array_agg(of_sink.sink order by of_sink.sink) filter (where of_sink.is_sent) as sent,
         array_agg(of_sink.sink order by of_sink.sink) filter (where not of_sink.is_sent) as waiting
  from (
    select d.sink, bool_and(d.settled_at is not null) as is_sent
    from public.benchmark_deliveries d where d.incident_id = i.id group by d.sink
  ) as of_sink
) as sinks;

comment on view public.v_incidents is 'Incidents with their state in force, what belongs to them, and which sinks were told';

revoke all on public.v_incidents from public, anon, authenticated, service_role;
grant select on public.v_incidents to anon, authenticated, service_role;

/*
 * incident_log(p_at) -> {"now", "seen", "events"}
 *
 * What an evaluation starts from: the time, the number of the newest event, and the events of every
 * incident that is not over, was accepted or merged, or ended in the last 60 days.
 *
 * Called by  `bench-push alert`: POST /rest/v1/rpc/incident_log
 * p_at       only what happened before this time; null for now
 * Returns    now     the time of the database; seen: the newest event, 0 without one
 *            events  in the order of their numbers, as bench_model::alert::Event; of an incident, only its
 *                    first and its newest evidence
 */
create function public.incident_log(p_at timestamptz default null)
  returns json language sql stable security invoker set search_path = ''
as $$
  select json_build_object(
    'now', coalesce(p_at, clock_timestamp()),
    'seen', coalesce((select max(e.id) from public.benchmark_incident_events e where p_at is null or e.at < p_at), 0),
    'events', coalesce((
      select json_agg(json_build_object(
        'id', e.id, 'incident', e.incident_id, 'at', e.at, 'kind', e.kind, 'by', e.set_by, 'reason', e.reason,
        'until', e.muted_until, 'into', e.merged_into, 'rules_digest', e.rules_digest, 'is_told', e.is_told,
        'evidence', case when e.kind = 'opened' or e.id = newest.id then e.evidence end) order by e.id)
      from public.benchmark_incidents i
      join public.benchmark_incident_events e on e.incident_id = i.id
      left join lateral (
        select n.id from public.benchmark_incident_events n
        where n.incident_id = i.id and n.evidence is not null and (p_at is null or n.at < p_at)
        order by n.id desc limit 1
      ) as newest on true
      where (i.state <> 'resolved' or i.state_at > coalesce(p_at, now()) - interval '60 days') and (p_at is null or e.at < p_at)
    ), '[]'))
$$;

comment on function public.incident_log is 'What an evaluation of incidents starts from: the time, and what happened so far';

/*
 * record_incidents(p_events, p_seen, p_sinks, p_by, p_rules_digest, p_at) -> one row per event, in the order of the request
 *
 * Records what an evaluation found, or what a person says, and puts the messages about it into the outbox:
 * all of it or nothing. Calls are serialised.
 *
 * Called by  `bench-push alert`: POST /rest/v1/rpc/record_incidents
 * p_events   at most 1,000; shape: Event in crates/bench-model/src/alert/event.rs, and of one that opens an
 *            incident `fingerprint`; `title` with every evidence
 * p_seen     the newest event that the caller knows; with another one stored nothing is recorded, because
 *            it may have decided otherwise. Null: what a person says holds anyway
 * p_sinks    where messages go, beside the sinks that know the incident
 * p_by       who, for people
 * p_at       the time that was evaluated; null for now
 * Returns    outcome   recorded; known: nothing to add; stale: see p_seen
 *            incident_id, event_id  null unless recorded or known
 * Raises     22023  an event is not valid, or the state of its incident does not allow it
 *            23503  there is no such incident
 * Rights     security definer, as no client may write incidents past this; execute for service_role only
 */
create function public.record_incidents(
  p_events jsonb, p_seen bigint default null, p_sinks text[] default '{}', p_by text default null,
  p_rules_digest text default null, p_at timestamptz default null
)
  returns table (place integer, outcome text, incident_id bigint, event_id bigint)
  language plpgsql volatile rows 10 security definer set search_path = ''
as $$
#variable_conflict use_column
declare
  sent    record;
  known   public.benchmark_incidents;
  problem text;
  at_time timestamptz;
  becomes text;
begin
  if jsonb_typeof(p_events) is distinct from 'array' or jsonb_array_length(p_events) > 1000
     or jsonb_path_exists(p_events, 'strict $[*] ? (@.type() != "object")') then
    raise exception using errcode = '22023', message = 'p_events must be an array of at most 1000 objects',
      hint = 'write [{"incident": 12, "kind": "acknowledged", "is_told": true}]';
  end if;
  perform benchmark_private.refuse_remarks(null, p_by, 'p_by');

  -- Held until the end of the transaction, and the only lock, so callers cannot deadlock.
  lock table public.benchmark_incident_events in share row exclusive mode;

  if p_seen is not null then
    if p_seen is distinct from (select coalesce(max(e.id), 0) from public.benchmark_incident_events e) then
      return query select n::integer, 'stale', null::bigint, null::bigint from generate_series(1, greatest(jsonb_array_length(p_events), 1)) as n;
      return;
    end if;
    insert into public.benchmark_watch as w (evaluated_at, evaluated_by, rules_digest)
    values (coalesce(p_at, clock_timestamp()), coalesce(p_by, 'unknown'), p_rules_digest)
    on conflict (is_only) do update set (evaluated_at, evaluated_by, rules_digest) =
      (greatest(w.evaluated_at, excluded.evaluated_at), excluded.evaluated_by, excluded.rules_digest);
  end if;

  for sent in
    select given.place::integer as place, e.*, e."into" as target
    from jsonb_array_elements(p_events) with ordinality as given (json, place)
    cross join lateral jsonb_to_record(given.json) as e (
      incident bigint, kind text, reason text, until timestamptz, "into" bigint, is_told boolean,
      evidence jsonb, title text, fingerprint text)
    order by given.place
  loop
    at_time := coalesce(p_at, clock_timestamp());
    place := sent.place;
    outcome := 'recorded';
    event_id := null;
    perform benchmark_private.refuse_remarks(sent.reason, null, 'by');
    problem := case
      when sent.kind is null or sent.kind not in ('opened', 'evidence', 'acknowledged', 'muted', 'unmuted', 'accepted', 'merged', 'resolved', 'reopened')
        then format('kind must be opened, evidence, acknowledged, muted, unmuted, accepted, merged, resolved or reopened, found "%s"', left(sent.kind, 80))
      when sent.kind in ('opened', 'evidence', 'reopened') and jsonb_typeof(sent.evidence) is distinct from 'object' then 'its evidence must be an object'
      when sent.kind = 'opened' and (sent.fingerprint ~ '^[0-9a-f]{64}$') is not true then 'its fingerprint must be a SHA-256'
      when sent.evidence is not null and (length(sent.title) between 1 and 500) is not true then 'its title must have 1 to 500 characters'
      when sent.kind = 'muted' and (isfinite(sent.until) and sent.until > at_time) is not true then 'a mute must end at a time in the future'
      when sent.kind <> 'opened' and sent.kind in ('acknowledged', 'accepted') and sent.evidence is not null then 'only an evaluation brings evidence'
    end;
    if problem is not null then
      raise exception using errcode = '22023', message = format('event %s: %s', sent.place, problem), hint = 'nothing was recorded';
    end if;

    if sent.kind = 'opened' then
      select i.* into known from public.benchmark_incidents i
      where i.fingerprint = sent.fingerprint and i.state in ('open', 'acknowledged', 'muted');
      if found then
        outcome := 'known';
        incident_id := known.id;
        return next;
        continue;
      end if;
      insert into public.benchmark_incidents as i (fingerprint, class, severity, title, opened_at, state_at, state_by, reason, evidence)
      values (sent.fingerprint, sent.evidence ->> 'class', sent.evidence ->> 'severity', sent.title, at_time, at_time,
              coalesce(p_by, 'unknown'), sent.reason, sent.evidence)
      returning i.* into known;
    else
      select i.* into known from public.benchmark_incidents i where i.id = sent.incident;
      if not found then
        raise exception using errcode = '23503', message = format('there is no incident %s', coalesce(sent.incident::text, 'without a number')),
          hint = 'the number is benchmark_incidents.id, which bench-push alert list prints';
      end if;
      becomes := case sent.kind when 'acknowledged' then 'acknowledged' when 'muted' then 'muted' when 'accepted' then 'accepted'
        when 'merged' then 'merged' when 'resolved' then 'resolved' when 'evidence' then known.state else 'open' end;
      if becomes = known.state and becomes <> 'open' and sent.kind <> 'evidence' and sent.until is not distinct from known.muted_until
         and sent.target is not distinct from known.merged_into and sent.reason is not distinct from known.reason then
        outcome := 'known';
        incident_id := known.id;
        return next;
        continue;
      end if;
      problem := case
        when sent.kind = 'reopened' and known.state in ('open', 'acknowledged', 'muted') then 'is open'
        when sent.kind not in ('reopened', 'accepted') and known.state not in ('open', 'acknowledged', 'muted')
          then format('is %s already', known.state)
        when sent.kind = 'accepted' and known.state = 'merged' then format('is part of incident %s: accept that one', known.merged_into)
        when sent.kind = 'merged' and (sent.target = known.id) is not false then 'can only be merged into another one'
        when sent.kind = 'merged' and not exists (
               select from public.benchmark_incidents t where t.id = sent.target and t.class = known.class and t.state in ('open', 'acknowledged', 'muted'))
          then format('cannot be merged into %s: that is not an open incident of its class', sent.target)
      end;
      if problem is not null then
        raise exception using errcode = '22023', message = format('incident %s %s', known.id, problem),
          hint = 'nothing was recorded; `bench-push alert list` shows the incidents';
      end if;
      update public.benchmark_incidents i
      set state = becomes,
          muted_until = case when becomes = 'muted' then coalesce(sent.until, known.muted_until) end,
          merged_into = case when becomes = 'merged' then coalesce(sent.target, known.merged_into) end,
          state_at = case when sent.kind = 'evidence' then i.state_at else at_time end,
          state_by = case when sent.kind = 'evidence' then i.state_by else coalesce(p_by, 'unknown') end,
          reason = case when sent.kind = 'evidence' then i.reason else sent.reason end,
          evidence = coalesce(sent.evidence, i.evidence),
          severity = coalesce(sent.evidence ->> 'severity', i.severity),
          title = coalesce(sent.title, i.title)
      where i.id = known.id;
      -- What belongs to a merged incident belongs to the other one from now on.
      if sent.kind = 'merged' then
        update public.benchmark_incidents t
        set evidence = jsonb_set(t.evidence, '{members}', (
          select jsonb_agg(m.member order by m.member ->> 'configuration', m.member ->> 'metric')
          from (select jsonb_array_elements(t.evidence -> 'members') as member
                union select jsonb_array_elements(known.evidence -> 'members')) as m))
        where t.id = sent.target;
      end if;
    end if;

    incident_id := known.id;
    insert into public.benchmark_incident_events as e (incident_id, kind, at, set_by, reason, muted_until, merged_into, rules_digest, is_told, evidence)
    values (known.id, sent.kind, at_time, coalesce(p_by, 'unknown'), sent.reason, sent.until, sent.target, p_rules_digest, coalesce(sent.is_told, false), sent.evidence)
    returning e.id into event_id;

    -- News go to every sink; an edit only to those that have something to edit.
    insert into public.benchmark_deliveries (event_id, incident_id, sink)
    select event_id, known.id, s.sink
    from (
      select unnest(p_sinks) as sink where sent.is_told
      union
      select d.sink from public.benchmark_deliveries d where d.incident_id = known.id
    ) as s
    order by s.sink;
    return next;
  end loop;
end $$;

comment on function public.record_incidents is 'Records what an evaluation found or a person says about incidents, with the messages about it, all or nothing';

/*
 * claim_deliveries(p_sink, p_lease_seconds, p_most) -> messages to send
 *
 * Leases messages of a sink to the caller: until the lease ends, no one else gets them. Of an incident,
 * the oldest unsettled message comes alone, so that nobody reads the end before the beginning. Open
 * incidents that the sink has never heard of are put into the outbox first.
 *
 * Called by  `bench-push alert send`: POST /rest/v1/rpc/claim_deliveries
 * p_lease_seconds  1 to 3600
 * p_most     1 to 100
 * Returns    attempts  including this one: from 2 on, an earlier sender may have reached the sink
 *            event     as in incident_log
 *            evidence  the newest of the incident
 *            receipt   the newest receipt of this sink about this incident; null without one
 * Rights     security definer, as no client may write the outbox past this; execute for service_role only
 */
create function public.claim_deliveries(p_sink text, p_lease_seconds integer default 120, p_most integer default 10)
  returns table (
    id bigint, attempts integer, incident_id bigint, title text, state text, severity text, class text, fingerprint text, opened_at timestamptz,
    muted_until timestamptz, merged_into bigint, state_by text, reason text, event json, evidence jsonb, receipt jsonb
  )
  language plpgsql volatile rows 10 security definer set search_path = ''
as $$
#variable_conflict use_column
begin
  if (p_lease_seconds between 1 and 3600 and p_most between 1 and 100) is not true then
    raise exception using errcode = '22023', message = 'p_lease_seconds must be 1 to 3600 and p_most 1 to 100', hint = 'nothing was claimed';
  end if;

  -- A sink that was set up later hears of what is open.
  insert into public.benchmark_deliveries (event_id, incident_id, sink)
  select distinct on (i.id) e.id, i.id, p_sink
  from public.benchmark_incidents i
  join public.benchmark_incident_events e on e.incident_id = i.id and e.is_told and e.kind in ('opened', 'evidence', 'unmuted', 'reopened')
  where i.severity = 'alert' and i.state in ('open', 'acknowledged')
    and not exists (select from public.benchmark_deliveries d where d.incident_id = i.id and d.sink = p_sink)
  order by i.id, e.id desc
  on conflict do nothing;

  return query
  with chosen as (
    select d.id
    from public.benchmark_deliveries d
    where d.sink = p_sink and d.settled_at is null and (d.leased_until is null or d.leased_until <= clock_timestamp())
      and not exists (
        select from public.benchmark_deliveries before
        where before.incident_id = d.incident_id and before.sink = d.sink and before.id < d.id and before.settled_at is null)
    order by d.id limit p_most
    for update skip locked
  ), leased as (
    update public.benchmark_deliveries d
    set leased_until = clock_timestamp() + make_interval(secs => p_lease_seconds), attempts = d.attempts + 1
    from chosen where d.id = chosen.id
    returning d.id, d.attempts, d.event_id, d.incident_id
  )
  select l.id, l.attempts, i.id, i.title, i.state, i.severity, i.class, i.fingerprint, i.opened_at,
         i.muted_until, i.merged_into, i.state_by, i.reason,
         json_build_object(
           'id', e.id, 'incident', e.incident_id, 'at', e.at, 'kind', e.kind, 'by', e.set_by, 'reason', e.reason,
           'until', e.muted_until, 'into', e.merged_into, 'rules_digest', e.rules_digest, 'is_told', e.is_told, 'evidence', e.evidence),
         i.evidence,
         (select r.receipt from public.benchmark_deliveries r
          where r.incident_id = l.incident_id and r.sink = p_sink and r.receipt is not null order by r.id desc limit 1)
  from leased l
  join public.benchmark_incidents i on i.id = l.incident_id
  join public.benchmark_incident_events e on e.id = l.event_id
  order by l.id;
end $$;

comment on function public.claim_deliveries is 'Leases messages of a sink to the caller';

/*
 * settle_delivery(p_id, p_receipt, p_failure, p_again_after_seconds) -> whether it was still unsettled
 *
 * Says what became of a message.
 *
 * Called by  `bench-push alert send`: POST /rest/v1/rpc/settle_delivery
 * p_receipt  what the sink answered; with it the message is done
 * p_failure  why it failed. With p_again_after_seconds somebody may try again after so many; without,
 *            it is given up
 * Returns    false when it was settled before (nothing changes)
 * Raises     22023  neither or both of p_receipt and p_failure
 *            23503  there is no such message
 * Rights     security definer, as no client may write the outbox past this; execute for service_role only
 */
create function public.settle_delivery(
  p_id bigint, p_receipt jsonb default null, p_failure text default null, p_again_after_seconds integer default null
)
  returns boolean language plpgsql volatile security definer set search_path = ''
as $$
declare
  is_settled boolean;
begin
  if (p_receipt is null) = (p_failure is null) then
    raise exception using errcode = '22023', message = 'a message was sent, with a receipt, or not, with a failure', hint = 'give one of the two';
  end if;
  select d.settled_at is not null into is_settled from public.benchmark_deliveries d where d.id = p_id for update;
  if not found then
    raise exception using errcode = '23503', message = format('there is no message %s', coalesce(p_id::text, 'without a number')),
      hint = 'the number is benchmark_deliveries.id, as claim_deliveries returns it';
  elsif is_settled then
    return false;
  end if;
  update public.benchmark_deliveries d
  set receipt = coalesce(p_receipt, d.receipt),
      failure = case when p_receipt is null then left(p_failure, 1000) end,
      settled_at = case when p_again_after_seconds is null then clock_timestamp() end,
      leased_until = clock_timestamp() + make_interval(secs => least(greatest(coalesce(p_again_after_seconds, 0), 0), 86400))
  where d.id = p_id;
  return true;
end $$;

comment on function public.settle_delivery is 'Says what became of a message: sent, to be tried again, or given up';

-- Grants.
revoke execute on function public.incident_log from public;
revoke execute on function public.record_incidents, public.claim_deliveries, public.settle_delivery from public, anon, authenticated;
grant  execute on function public.incident_log to anon, authenticated, service_role;
grant  execute on function public.record_incidents, public.claim_deliveries, public.settle_delivery to service_role;
$migration_20261126001500$;
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('20261126001500', array[migration], 'incidents');
end if;

notify pgrst, 'reload schema';

end $schema$;
