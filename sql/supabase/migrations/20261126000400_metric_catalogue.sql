/*
 * The metric catalogue: direction, unit and range of common metrics.
 *
 * Equal to the list in crates/bench-model/src/metric/catalogue.rs; a test compares them.
 */

insert into public.benchmark_metrics (name, unit, direction, min, max, description) values
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
  ('model_size_mb',          'mb',         'lower_is_better',   0,    null, 'Size of the model');

/*
 * metric_definition(p_name text) -> one row of (name, unit, direction, min, max, scale, is_declared)
 *
 * The definition of a metric: from benchmark_metrics, otherwise derived from its name.
 *
 * Called by  detect_regression, and analysts
 * Returns    exactly one row; is_declared = false when the direction is derived from the name by
 *            the rules below, the same as in crates/bench-model/src/metric/rules.rs; a name that
 *            matches no rule is `neither`: shown, never judged
 */
create function public.metric_definition(p_name text)
  returns table (name text, unit text, direction text, min double precision, max double precision, scale text, is_declared boolean)
  language sql stable rows 1 security invoker set search_path = ''
as $$
  select m.name, m.unit, m.direction, m.min, m.max, m.scale, true
  from public.benchmark_metrics m
  where m.name = p_name
  union all
  select p_name,
         case when kind in ('ms', 'seconds', 'usd', 'tokens') then kind end,
         case when kind = 'wanted' then 'higher_is_better' when kind is null then 'neither' else 'lower_is_better' end,
         case when kind in ('ms', 'seconds', 'time', 'usd', 'tokens') and low !~ 'delta|diff|change' then 0 end,
         null, 'relative', false
  from (
    -- The first matching rule wins.
    select low, case
      when low ~ '_ms$'                                                      then 'ms'
      when low ~ '_seconds$' and low !~ 'per_seconds$' or low ~ '_s$'        then 'seconds'
      when low ~ 'latency|duration'                                          then 'time'
      when low ~ 'cost|_usd$'                                                then 'usd'
      when low ~ 'token' and low !~ 'per_second'                             then 'tokens'
      when low ~ 'error|loss|failure|hallucination|false_|miss_rate|timeout|toxic' then 'unwanted'
      when low ~ 'precision|recall|f1|accuracy|auc|(win|hit|pass)_rate|success|score|match|throughput|per_second|validity|detection'
                                                                             then 'wanted'
    end as kind
    from (select lower(p_name) as low) as spelt
  ) as guess
  where p_name is not null
    and not exists (select from public.benchmark_metrics m where m.name = p_name)
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
 * declare_metrics(p_definitions jsonb) -> void
 *
 * Adds missing metrics to the catalogue. The first declaration of a name is permanent.
 *
 * Called by  ingest_runs, with the metric_definitions of its runs
 * p_definitions  {"my_metric": {"unit": "ms", "direction": "lower_is_better", "min": 0, "max": null,
 *            "description": "…"}, …}; without a direction it is derived from the name
 * Raises     22023  the argument or a declaration is no object, or a declaration has an unknown direction or an empty range
 *            22023  a known metric is declared with another direction, unit or bound
 * Rights     security definer, as no client may write the catalogue; execute for service_role, through ingest_runs
 */
create function benchmark_private.declare_metrics(p_definitions jsonb)
  returns void language plpgsql volatile security definer set search_path = ''
as $$
declare
  declared record;
  wrong    record;
  known    public.benchmark_metrics;
  problem  text;
begin
  if jsonb_typeof(p_definitions) <> 'object' then
    raise exception using errcode = '22023',
      message = format('metric_definitions must be an object, found %s', jsonb_typeof(p_definitions)),
      hint    = 'write {"my_metric": {"unit": "ms", "direction": "lower_is_better"}}';
  end if;

  -- In order of names, so that two pushes that declare the same ones cannot deadlock.
  for declared in select d.key as name, d.value as body from jsonb_each(p_definitions) as d order by d.key loop
    select d.key as name, coalesce(benchmark_private.text_problem(d.value #>> '{}'), 'must be a finite number, found ' || left(d.value::text, 80)) as problem
    into wrong
    from jsonb_each(case jsonb_typeof(declared.body) when 'object' then declared.body else '{}' end) as d
    where d.value <> 'null' and case
      when d.key in ('unit', 'description') then benchmark_private.text_problem(d.value #>> '{}') is not null
      when d.key in ('min', 'max') then jsonb_path_exists(d.value, 'strict $ ? (@.type() != "number" || @ > 1e308 || @ < -1e308)') end
    limit 1;

    problem := case
      when jsonb_typeof(declared.body) <> 'object'
        then format('metric_definitions.%s must be an object, found %s', declared.name, jsonb_typeof(declared.body))
      when benchmark_private.text_problem(declared.name, 100) is not null
        then format('a metric''s name %s', benchmark_private.text_problem(declared.name, 100))
      when wrong.name is not null then format('metric_definitions.%s.%s %s', declared.name, wrong.name, wrong.problem)
      when declared.body ->> 'direction' not in ('higher_is_better', 'lower_is_better', 'neither')
        then format('metric_definitions.%s.direction must be higher_is_better, lower_is_better or neither, found "%s"',
                    declared.name, declared.body ->> 'direction')
      when (declared.body ->> 'min')::numeric >= (declared.body ->> 'max')::numeric
        then format('metric_definitions.%s.min must be below max, found %s and %s',
                    declared.name, declared.body ->> 'min', declared.body ->> 'max')
    end;
    if problem is not null then
      raise exception using errcode = '22023', message = problem,
        hint = 'write {"unit": "ms", "direction": "lower_is_better", "min": 0}, and leave out a bound that does not exist';
    end if;

    insert into public.benchmark_metrics (name, unit, direction, min, max, description)
    select declared.name,
           coalesce(declared.body ->> 'unit', guess.unit), coalesce(declared.body ->> 'direction', guess.direction),
           benchmark_private.json_double(declared.body -> 'min'), benchmark_private.json_double(declared.body -> 'max'),
           declared.body ->> 'description'
    from public.metric_definition(declared.name) as guess
    on conflict (name) do nothing;

    select * into known from public.benchmark_metrics m where m.name = declared.name;

    problem := case
      when known.direction <> declared.body ->> 'direction'
        then format('`%s` is %s in earlier runs, this run says %s', declared.name, known.direction, declared.body ->> 'direction')
      when known.unit <> declared.body ->> 'unit'
        then format('`%s` is measured in %s in earlier runs, this run says %s', declared.name, known.unit, declared.body ->> 'unit')
      -- A bound that is left out is no other one.
      when (coalesce(benchmark_private.json_double(declared.body -> 'min'), known.min), coalesce(benchmark_private.json_double(declared.body -> 'max'), known.max))
           is distinct from (known.min, known.max)
        then format('`%s` has min %s and max %s in earlier runs, this run says %s and %s', declared.name,
                    coalesce(known.min::text, 'none'), coalesce(known.max::text, 'none'),
                    coalesce(declared.body ->> 'min', 'none'), coalesce(declared.body ->> 'max', 'none'))
    end;
    if problem is not null then
      raise exception using errcode = '22023', message = problem,
        hint = 'a metric keeps its direction, unit and range; fix the report or choose a new name';
    end if;
  end loop;
end $$;

-- Grants.
revoke execute on function
  public.metric_definition, benchmark_private.worse_by, benchmark_private.json_double, benchmark_private.declare_metrics
  from public;
grant  execute on function
  public.metric_definition, benchmark_private.worse_by, benchmark_private.json_double to anon, authenticated, service_role;
