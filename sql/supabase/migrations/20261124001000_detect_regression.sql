/*
 * Regressions: the current run of each configuration against its baseline, by a plain threshold.
 */

/*
 * baseline_for(model, dataset, prompt, environment) -> (transaction_id, found_by), or no row
 *
 * Which baseline counts for a run to judge:
 *
 *   configuration  the one marked for its exact configuration; else
 *   model          for the same model, data set and environment: the one marked for that scope,
 *                  else the newest one marked for another prompt; else
 *   dataset        for the same data set and environment (the production model): the one marked
 *                  for that scope, else the newest one marked for another model; else none
 *
 * Another data set or another environment never counts.
 *
 * Called by  detect_regression; the dashboard and the CLI may
 * Rights     security invoker; execute for anyone with a key
 */
create function public.baseline_for(
  p_model_version text, p_dataset_version text, p_prompt_version text, p_environment text
)
  returns table (transaction_id uuid, found_by text)
  language sql stable rows 1 security invoker set search_path = ''
as $$
  select candidate.transaction_id, candidate.found_by
  from (
    select b.id, b.scope, b.transaction_id,
           case
             when b.scope = 'configuration' and b.run_model_version = p_model_version
                                            and b.run_prompt_version = p_prompt_version then 'configuration'
             when b.scope <> 'dataset'      and b.run_model_version = p_model_version   then 'model'
             else 'dataset'
           end as found_by
    from public.v_baselines_in_force b
    where b.dataset_version = p_dataset_version and b.environment = p_environment
  ) as candidate
  order by array_position(array['configuration', 'model', 'dataset'], candidate.found_by),
           candidate.scope = candidate.found_by desc,
           candidate.id desc
  limit 1
$$;

revoke execute on function public.baseline_for(text, text, text, text) from public, anon, authenticated, service_role;
grant  execute on function public.baseline_for(text, text, text, text) to anon, authenticated, service_role;

comment on function public.baseline_for(text, text, text, text) is
  'Which baseline counts for a configuration: its own, else its models, else its data sets, else none';


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
    reason              text
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
      s.*, current.version as shown_version, baseline_run.version as held_version,
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
    e.why_not
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
                  case when coalesce(p_dataset_version, p_prompt_version, p_environment) is null then '' else 'with these filters ' end)
    from public.metric_definition(coalesce(p_metric, '')) as meaning;
  end if;
end $$;

revoke execute on function public.detect_regression(text, numeric, text, text, text, text)
  from public, anon, authenticated, service_role;
grant  execute on function public.detect_regression(text, numeric, text, text, text, text)
  to anon, authenticated, service_role;

comment on function public.detect_regression(text, numeric, text, text, text, text) is
  'The current run of each configuration of a model against its baseline, for one metric, by a plain threshold';
