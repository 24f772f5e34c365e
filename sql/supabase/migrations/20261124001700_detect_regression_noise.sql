/*
 * detect_regression, with what plain arithmetic says about the noise.
 *
 * The verdict is the same plain threshold as before, and so are the arguments and the first columns.
 * New are the last four: how many runs the level before rests on, its median, how much runs scatter
 * around it anyway, and how large the change is beside that.
 */

drop function public.detect_regression(text, numeric, text, text, text, text);

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
  returns table (
    current_f1          numeric,
    baseline_f1         numeric,
    f1_drop             numeric,
    is_regression       boolean,
    model_version       text,
    dataset_version     text,
    prompt_version      text,
    environment         text,
    metric              text,
    unit                text,
    direction           text,
    current_value       numeric,
    baseline_value      numeric,
    worsening           numeric,
    threshold           numeric,
    threshold_kind      text,
    current_run         uuid,
    current_version     integer,
    current_commit_sha  text,
    current_created_at  timestamptz,
    baseline_run        uuid,
    baseline_version    integer,
    baseline_commit_sha text,
    baseline_created_at timestamptz,
    baseline_found_by   text,
    reason              text,
    baseline_n          integer,
    baseline_median     numeric,
    noise_sd            numeric,
    in_noise            numeric
  )
  language plpgsql stable rows 20 security invoker set search_path = ''
as $$
#variable_conflict use_column
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
      s.*, current.version as shown_version, level.n as level_n, level.median as level_median, level.noise as level_noise, baseline_run.version as held_version,
      meaning.unit as metric_unit, meaning.direction as metric_direction, meaning.scale as metric_scale,
      (s.metrics ->> p_metric)::numeric as now_value,
      (baseline_run.metrics ->> p_metric)::numeric as then_value,
      (baseline_run.metrics ->> 'f1')::numeric as then_f1,
      baseline_run.id as held_run, baseline_run.commit_sha as held_commit, baseline_run.created_at as held_created_at,
      chosen.found_by
    from public.benchmark_snapshots s
    join public.benchmark_transactions current on current.id = s.transaction_id
    cross join public.metric_definition(p_metric) as meaning
    left join lateral public.baseline_for(s.model_version, s.dataset_version, s.prompt_version, s.environment) as chosen on true
    left join public.benchmark_transactions baseline_run on baseline_run.id = chosen.transaction_id
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
             percentile_cont(0.5) within group (order by measured.number::double precision)::numeric as median,
             case when count(*) >= 4 then
               percentile_cont(0.5) within group (order by measured.half_step::double precision)::numeric * 2 * 1.4826 / sqrt(2.0)
             end as noise
      from (
        -- Halves, as the step between two numbers of 1e308 is more than a double precision holds.
        select newest.number, abs(newest.number - lag(newest.number) over (order by newest.created_at, newest.version)) / 2 as half_step
        from (
          -- The current run is the newest of its configuration, so these are it and the 64 before it.
          -- No condition on time stands here: the planner would guess few rows, and sort all of them.
          -- What is nearly 0 is 0: a double precision could not hold it.
          select t.created_at, t.version, round((t.metrics ->> p_metric)::numeric, 300) as number
          from public.benchmark_transactions t
          where t.configuration_id = s.configuration_id
          order by t.created_at desc, t.version desc
          limit 65
        ) as newest
        where newest.number is not null
          and (newest.created_at, newest.version) < (current.created_at, current.version)
          and (since.began_at is null or (newest.created_at, newest.version) >= (since.began_at, since.began_version))
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
        when c.metric_direction = 'neither'
          then format('nobody has said whether a higher or a lower %s is better: declare it in metric_definitions', p_metric)
        when c.now_value is null
          then format('the current run has no metric %s', p_metric)
        when c.then_value is null
          then format('the baseline has no metric %s', p_metric)
        when c.metric_scale = 'relative' and c.then_value = 0
          then format('%s of the baseline is 0, and there is no share of 0', p_metric)
      end as why_not,
      (c.then_value - c.now_value)
        * case c.metric_direction when 'higher_is_better' then 1 when 'lower_is_better' then -1 end
        / case c.metric_scale when 'absolute' then 1 else nullif(abs(c.then_value), 0) end as worse_by
    from compared c
  )
  select
    e.f1_score, e.then_f1, e.then_f1 - e.f1_score,
    case when e.why_not is null then e.worse_by > p_threshold end,
    e.model_version, e.dataset_version, e.prompt_version, e.environment,
    p_metric, e.metric_unit, e.metric_direction, e.now_value, e.then_value,
    case when e.why_not is null then trim_scale(e.worse_by) end, p_threshold, e.metric_scale,
    e.transaction_id, e.shown_version, e.commit_sha, e.created_at,
    e.held_run, e.held_version, e.held_commit, e.held_created_at, e.found_by,
    e.why_not,
    e.level_n, e.level_median, e.level_noise,
    (e.then_value - e.now_value)
      * case e.metric_direction when 'higher_is_better' then 1 when 'lower_is_better' then -1 end
      / nullif(e.level_noise, 0)
  from explained e
  order by e.why_not is null desc, e.worse_by desc nulls last, e.dataset_version, e.prompt_version, e.environment;

  if not found then
    return query
    select null::numeric, null::numeric, null::numeric, null::boolean,
           p_model_version, p_dataset_version, p_prompt_version, p_environment,
           p_metric, meaning.unit, meaning.direction, null::numeric, null::numeric,
           null::numeric, p_threshold, meaning.scale,
           null::uuid, null::integer, null::text, null::timestamptz,
           null::uuid, null::integer, null::text, null::timestamptz, null::text,
           format('no run of model %s %sis stored', coalesce(p_model_version, '?'),
                  case when coalesce(p_dataset_version, p_prompt_version, p_environment) is null then '' else 'with these filters ' end),
           null::integer, null::numeric, null::numeric, null::numeric
    from public.metric_definition(coalesce(p_metric, '')) as meaning;
  end if;
end $$;

revoke execute on function public.detect_regression(text, numeric, text, text, text, text)
  from public, anon, authenticated, service_role;
grant  execute on function public.detect_regression(text, numeric, text, text, text, text)
  to anon, authenticated, service_role;

comment on function public.detect_regression(text, numeric, text, text, text, text) is
  'The current run of each configuration of a model against its baseline, for one metric, by a plain threshold';
