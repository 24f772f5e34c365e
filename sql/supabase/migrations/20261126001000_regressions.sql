/*
 * Regressions: the current run of each configuration against its baseline. SQL applies the plain
 * threshold; every other verdict is made in bench_model::stats from what against_baselines returns.
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
 * primary_metric(p_metrics, p_order) -> the metric that a run is judged by first
 *
 * p_metrics  of the run
 * p_order    names, the most important first; null for the order below
 * Returns    the first of them that the run has; null when it has none
 * Rights     security invoker; execute for anyone with a key, through the functions that call it
 */
create function benchmark_private.primary_metric(p_metrics jsonb, p_order text[] default null)
  returns text
  language sql immutable security invoker set search_path = ''
as $$
  select asked.metric
  from unnest(coalesce(p_order, '{f1,accuracy,exact_match,pass_rate}')) with ordinality as asked (metric, place)
  where p_metrics ? asked.metric
  order by asked.place
  limit 1
$$;

/*
 * newest_values(configuration, metric, p_most, before time, before version) -> (created_at, version, value)
 *
 * The values of one metric in the newest runs of a configuration that came before the given place,
 * the place of its current run.
 *
 * p_most     of how many runs, with the metric or without it
 * Returns    one row per run with the metric, in any order; a value that is nearly 0 is 0, as a
 *            double precision could not hold it
 * Rights     security invoker; execute for anyone with a key, through the functions that call it
 */
create function benchmark_private.newest_values(
  p_configuration_id integer, p_metric text, p_most integer, p_before timestamptz, p_before_version integer
)
  returns table (created_at timestamptz, version integer, value numeric)
  language sql stable rows 64 security invoker set search_path = ''
as $$
  select newest.created_at, newest.version, newest.value
  from (
    -- One more than asked for, which is the current run. A condition on time would lead the planner
    -- to expect few rows, and to sort all of them.
    select t.created_at, t.version, round((t.metrics ->> p_metric)::numeric, 300) as value
    from public.benchmark_transactions t
    where t.configuration_id = p_configuration_id
    order by t.created_at desc, t.version desc
    limit p_most + 1
  ) as newest
  where newest.value is not null
    and (newest.created_at, newest.version) < (p_before, p_before_version)
$$;

/*
 * detect_regression(p_model_version, p_threshold, p_metric, p_dataset_version, p_prompt_version, p_environment)
 *   -> one row per configuration of the model, the worst first
 *
 * Holds the current run of each configuration against the baseline that counts for it (see
 * baseline_for), for one metric, whichever way that metric gets better.
 *
 *   f1 from 0.90 to 0.84          worsening 0.06  absolute: the range of f1 is fixed
 *   latency_ms from 400 to 500    worsening 0.25  relative: a share of the baseline
 *
 * Called by  select * from detect_regression('medgemma-v1.2', 0.05);
 *            POST /rest/v1/rpc/detect_regression {"p_model_version": "medgemma-v1.2", "p_threshold": 0.05}
 * p_threshold  how much worse is a regression, a ratio: 0.05
 * p_metric   a name such as latency_ms; its direction and range come from metric_definition
 * p_dataset_version, p_prompt_version, p_environment  only these; null for all
 * Returns    current_f1, baseline_f1, f1_drop   always about f1, whatever p_metric is;
 *                        f1_drop is positive when f1 fell
 *            is_regression       about p_metric: worsening is above the threshold;
 *                                null when nothing can be said
 *            reason              why nothing can be said, in a sentence; else null
 *            worsening           positive when worse; threshold_kind says absolute or relative
 *            baseline_found_by   configuration, model or dataset
 *            baseline_n          how many runs the level before the current run rests on: those of its
 *                                own configuration with this metric, at most the newest 64, since the
 *                                last change point that is confirmed or accepted
 *            baseline_median     their median
 *            noise_sd            how much they scatter, as a standard deviation: the median of
 *                                |run - run before|, times 1.4826 / sqrt(2), which one step or spike
 *                                among them does not move; null with fewer than 4 of them
 *            in_noise            the change from baseline_value to current_value in these standard
 *                                deviations, positive when worse: 1 is nothing, 5 is much; null without
 *                                noise_sd, or when it is 0
 *            A model that never ran gives one row that says so.
 * Raises     22023  the threshold is negative or missing
 * Rights     security invoker; execute for anyone with a key
 */
create function public.detect_regression(
  p_model_version   text,
  p_threshold       numeric default 0.05,
  p_metric          text    default 'f1',
  p_dataset_version text    default null,
  p_prompt_version  text    default null,
  p_environment     text    default null
)
  returns setof public.benchmark_regression
  language plpgsql stable rows 20 security invoker set search_path = ''
as $$
begin
  if p_threshold is null or p_threshold < 0 or p_threshold = 'nan' then
    raise exception using
      errcode = '22023',
      message = format('the threshold must be 0 or more, found %s', coalesce(p_threshold::text, 'nothing')),
      hint    = '0.05 means: worse by more than 0.05, or by more than 5 % of the baseline where the range is open';
  end if;

  return query
  with compared as (
    select
      s.*, current.version as shown_version, held.version as held_version,
      meaning.unit, meaning.direction, meaning.scale,
      (s.metrics ->> p_metric)::numeric as now_value,
      (held.metrics ->> p_metric)::numeric as then_value,
      (held.metrics ->> 'f1')::numeric as then_f1,
      held.id as held_run, held.commit_sha as held_commit, held.created_at as held_created_at,
      counts.found_by, level.n, level.median, level.noise
    from public.benchmark_snapshots s
    join public.benchmark_transactions current on current.id = s.transaction_id
    cross join public.metric_definition(p_metric) as meaning
    left join lateral public.baseline_for(s.model_version, s.dataset_version, s.prompt_version, s.environment) as counts on true
    left join public.benchmark_transactions held on held.id = counts.transaction_id
    -- Since when the level counts: the last change before the current run that somebody stands by.
    left join lateral (
      select p.began_at, p.began_version
      from public.benchmark_change_points p
      cross join lateral (
        select said.state from public.benchmark_change_point_states said
        where said.change_point_id = p.id order by said.id desc limit 1
      ) as in_force
      where p.configuration_id = s.configuration_id and p.metric = p_metric
        and (p.began_at, p.began_version) < (current.created_at, current.version)
        and in_force.state in ('confirmed', 'accepted')
      order by p.began_at desc, p.began_version desc
      limit 1
    ) as since on true
    cross join lateral (
      select count(*)::integer as n,
             percentile_cont(0.5) within group (order by measured.value::double precision)::numeric as median,
             case when count(*) >= 4 then
               percentile_cont(0.5) within group (order by measured.half_step::double precision)::numeric * 2 * 1.4826 / sqrt(2.0)
             end as noise
      from (
        -- Halves, as the step between two numbers of 1e308 is more than a double precision holds.
        select earlier.value, abs(earlier.value - lag(earlier.value) over (order by earlier.created_at, earlier.version)) / 2 as half_step
        from benchmark_private.newest_values(s.configuration_id, p_metric, 64, current.created_at, current.version) as earlier
        where since.began_at is null or (earlier.created_at, earlier.version) >= (since.began_at, since.began_version)
      ) as measured
    ) as level
    where s.model_version = p_model_version
      and s.is_active
      and (p_dataset_version is null or s.dataset_version = p_dataset_version)
      and (p_prompt_version is null or s.prompt_version = p_prompt_version)
      and (p_environment is null or s.environment = p_environment)
  ),
  explained as (
    select c.*,
      case
        when c.held_run is null and exists (
               select from public.v_baselines_in_force b
               where b.run_model_version = c.model_version and b.environment = c.environment)
          then format('this model has a baseline in %s, but not on data set %s: results on different data sets cannot be compared',
                      c.environment, c.dataset_version)
        when c.held_run is null
          then format('no baseline on data set %s in %s: mark one with `bench-push baseline set`', c.dataset_version, c.environment)
        when c.direction = 'neither'
          then format('nobody has said whether a higher or a lower %s is better: declare it in metric_definitions', p_metric)
        when c.now_value is null
          then format('the current run has no metric %s', p_metric)
        when c.then_value is null
          then format('the baseline has no metric %s', p_metric)
        when c.scale = 'relative' and c.then_value = 0
          then format('%s of the baseline is 0, and there is no share of 0', p_metric)
      end as why_not,
      benchmark_private.worse_by(c.now_value, c.then_value, c.direction, c.scale) as worse_by
    from compared c
  )
  select
    e.f1_score, e.then_f1, e.then_f1 - e.f1_score,
    case when e.why_not is null then e.worse_by > p_threshold end,
    e.model_version, e.dataset_version, e.prompt_version, e.environment,
    p_metric, e.unit, e.direction, e.now_value, e.then_value,
    case when e.why_not is null then trim_scale(e.worse_by) end, p_threshold, e.scale,
    e.transaction_id, e.shown_version, e.commit_sha, e.created_at,
    e.held_run, e.held_version, e.held_commit, e.held_created_at, e.found_by,
    e.why_not,
    e.n, e.median, e.noise,
    benchmark_private.worse_by(e.now_value, e.then_value, e.direction, 'absolute') / nullif(e.noise, 0)
  from explained e
  order by e.why_not is null desc, e.worse_by desc nulls last, e.dataset_version, e.prompt_version, e.environment;

  if not found then
    return query
    select (jsonb_populate_record(null::public.benchmark_regression, jsonb_build_object(
      'model_version', p_model_version, 'dataset_version', p_dataset_version, 'prompt_version', p_prompt_version,
      'environment', p_environment, 'metric', p_metric, 'unit', meaning.unit, 'direction', meaning.direction,
      'threshold', p_threshold, 'threshold_kind', meaning.scale,
      'reason', format('no run of model %s %sis stored', coalesce(p_model_version, '?'),
                       case when coalesce(p_dataset_version, p_prompt_version, p_environment) is null then '' else 'with these filters ' end)
    ))).*
    from public.metric_definition(coalesce(p_metric, '')) as meaning;
  end if;
end $$;

comment on function public.detect_regression is
  'The current run of each configuration of a model against its baseline, for one metric, by a plain threshold';

/*
 * detect_regressions(p_threshold, p_metric, p_model_versions)
 *   -> the rows of detect_regression for many models, the worst first
 *
 * Called by  the dashboard: GET /rest/v1/rpc/detect_regressions?p_metric=latency_ms
 * p_threshold  as in detect_regression, which makes each row
 * p_metric   a name such as latency_ms
 * p_model_versions  only these; null for every model with an active configuration. A model that
 *            never ran gives one row that says so
 * Returns    rows that can be judged first, the worst of all first
 * Raises     22023  the threshold is negative or missing
 * Rights     security invoker; execute for anyone with a key
 */
create function public.detect_regressions(
  p_threshold      numeric default 0.05,
  p_metric         text    default 'f1',
  p_model_versions text[]  default null
)
  returns setof public.benchmark_regression
  language sql stable rows 100 security invoker set search_path = ''
as $$
  select said.*
  from (
    select distinct s.model_version from public.benchmark_snapshots s where s.is_active and p_model_versions is null
    union
    select asked.model_version from unnest(p_model_versions) as asked (model_version)
    where asked.model_version is not null
  ) as models
  cross join lateral public.detect_regression(models.model_version, p_threshold, p_metric) as said
  order by said.reason is null desc, said.worsening desc nulls last,
           said.model_version, said.dataset_version, said.prompt_version, said.environment
$$;

comment on function public.detect_regressions is
  'The current runs of many models against their baselines, for one metric, by a plain threshold';

/*
 * against_baselines(p_configuration_ids, p_metrics, p_earlier) -> at most one row per configuration
 *
 * What the verdict on the current run of each configuration rests on: one metric of that run, the
 * same metric of the baseline that counts for it (see baseline_for), and its values in the runs
 * before. The verdict itself is made where the statistics are: bench_model::stats::assess.
 *
 * Called by  the dashboard: GET /rest/v1/rpc/against_baselines?p_configuration_ids={3,7}
 * p_configuration_ids  which ones; of more than 250 different ones the first 250 by number
 * p_metrics  the first of these that the current run has is the one; null for the metrics that a
 *            run is judged by first. A configuration whose run has none of them gives no row
 * p_earlier  of how many runs before the current one, 0 to 200
 * Returns    metric           which one it is
 *            …_value          in the metric's own unit; baseline_value is null without a baseline,
 *                             or when it lacks the metric
 *            …_stats          what metric_stats says of it
 *            …_confusion      details.confusion_matrix
 *            …_size           dataset_size
 *            found_by         configuration, model or dataset; null without a baseline
 *            earlier          the values of the metric in the runs before, oldest first
 * Rights     security invoker; execute for anyone with a key
 */
create function public.against_baselines(
  p_configuration_ids integer[],
  p_metrics           text[]  default null,
  p_earlier           integer default 200
)
  returns table (
    configuration_id integer, metric text,
    current_run uuid, current_value double precision, current_stats jsonb, current_confusion jsonb, current_size bigint,
    baseline_run uuid, baseline_value double precision, baseline_stats jsonb, baseline_confusion jsonb, baseline_size bigint,
    baseline_version integer, baseline_commit_sha text, baseline_created_at timestamptz, found_by text,
    earlier double precision[]
  )
  language sql stable rows 100 security invoker set search_path = ''
as $$
  select s.configuration_id, chosen.metric,
         -- What is nearly 0 is 0: a double precision could not hold it.
         current.id, round((current.metrics ->> chosen.metric)::numeric, 300)::double precision,
         current.metric_stats -> chosen.metric, current.details -> 'confusion_matrix', current.dataset_size,
         held.id, round((held.metrics ->> chosen.metric)::numeric, 300)::double precision,
         held.metric_stats -> chosen.metric, held.details -> 'confusion_matrix', held.dataset_size,
         held.version, held.commit_sha, held.created_at, counts.found_by,
         array(
           select before.value::double precision
           from benchmark_private.newest_values(
             s.configuration_id, chosen.metric, least(greatest(coalesce(p_earlier, 200), 0), 200),
             current.created_at, current.version) as before
           order by before.created_at, before.version
         )
  from public.benchmark_snapshots s
  join public.benchmark_transactions current on current.id = s.transaction_id
  cross join lateral benchmark_private.primary_metric(current.metrics, p_metrics) as chosen (metric)
  left join lateral public.baseline_for(s.model_version, s.dataset_version, s.prompt_version, s.environment) as counts on true
  left join public.benchmark_transactions held on held.id = counts.transaction_id
  where chosen.metric is not null
    and s.configuration_id in (
      select distinct asked.id from unnest(p_configuration_ids) as asked (id)
      where asked.id is not null
      order by asked.id limit 250
    )
  order by s.configuration_id
$$;

comment on function public.against_baselines is 'What the verdicts on the current runs of many configurations rest on';

-- Who may call them.
revoke execute on function benchmark_private.primary_metric, benchmark_private.newest_values from public;
revoke execute on function
  public.detect_regression, public.detect_regressions, public.against_baselines
  from public, anon, authenticated, service_role;
grant  execute on function
  benchmark_private.primary_metric, benchmark_private.newest_values, public.detect_regression, public.detect_regressions, public.against_baselines
  to anon, authenticated, service_role;
