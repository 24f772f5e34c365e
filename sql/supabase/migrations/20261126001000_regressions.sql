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
