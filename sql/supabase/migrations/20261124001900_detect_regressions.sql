/*
 * detect_regressions(p_threshold, p_metric, p_model_versions)
 *   -> the rows of detect_regression for many models, the worst first
 *
 * Called by  the dashboard: GET /rest/v1/rpc/detect_regressions?p_metric=latency_ms
 * p_threshold  as in detect_regression, which makes each row
 * p_metric   a name such as latency_ms
 * p_model_versions  only these; null for every model with an active configuration. A model that
 *            never ran gives one row that says so
 * Returns    the columns of detect_regression; rows with something to say first, the worst of all first
 * Raises     22023  the threshold is negative or missing
 * Rights     security invoker; execute for anyone with a key
 */
create function public.detect_regressions(
  p_threshold      numeric default 0.05,
  p_metric         text    default 'f1',
  p_model_versions text[]  default null
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

revoke execute on function public.detect_regressions(numeric, text, text[])
  from public, anon, authenticated, service_role;
grant  execute on function public.detect_regressions(numeric, text, text[])
  to anon, authenticated, service_role;

comment on function public.detect_regressions(numeric, text, text[]) is
  'The current runs of many models against their baselines, for one metric, by a plain threshold';
