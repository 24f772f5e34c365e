/*
 * The same run sent again in any way is one row, uses no version and changes nothing. Versions are
 * assigned per configuration, in order of arrival, without gaps.
 */
begin;
create extension if not exists pgtap;
select plan(27);

create function pg_temp.sent(p_key text, p_f1 numeric, p_model text default 'model') returns jsonb language sql as $$
  select jsonb_build_object(
    'commit_sha', 'abc123', 'model_version', p_model, 'dataset_version', 'set-1', 'prompt_version', 'prompt-1',
    'environment', 'production', 'metrics', jsonb_build_object('f1', p_f1), 'idempotency_key', p_key)
$$;
grant execute on function pg_temp.sent(text, numeric, text) to service_role;

set local role service_role;

-- ── ingest_runs ──
select results_eq(
  $$ select idempotency_key, version, outcome from ingest_runs(jsonb_build_array(
       pg_temp.sent('b', 0.91), pg_temp.sent('a', 0.90), pg_temp.sent('other', 0.80, 'other model'))) $$,
  $$ values ('b', 1, 'stored'), ('a', 2, 'stored'), ('other', 1, 'stored') $$,
  'runs are numbered within their configuration and answered in the order sent');
select results_eq(
  $$ select idempotency_key, version, outcome from ingest_runs(jsonb_build_array(
       pg_temp.sent('a', 0.90), pg_temp.sent('c', 0.92), pg_temp.sent('c', 0.92))) $$,
  $$ values ('a', 2, 'known'), ('c', 3, 'stored'), ('c', 3, 'known') $$,
  'a repeated key is answered with the stored run and uses no number');
select results_eq(
  $$ select idempotency_key, version, outcome, differs from ingest_runs(jsonb_build_array(
       pg_temp.sent('a', 0.5) || '{"params": {"seed": 1}}', pg_temp.sent('n', 0.5), pg_temp.sent('n', 0.6), pg_temp.sent('b', 0.8, 'other model'))) $$,
  $$ values ('a', 2, 'conflict', '{metrics,params}'::text[]), ('n', 4, 'stored', null), ('n', 4, 'conflict', '{metrics}'),
            ('b', 1, 'conflict', '{metrics,model_version}') $$,
  'a key of another run is a conflict, with what differs, and the other runs are stored');
select is(
  (select id from ingest_runs(jsonb_build_array(pg_temp.sent('a', 0.5)))),
  (select id from benchmark_transactions where idempotency_key = 'a'), 'the answer to it is the stored run');
select is(
  (select metrics from benchmark_transactions where idempotency_key = 'a'), '{"f1": 0.90}', 'a repeated key changes nothing');
select results_eq(
  $$ select outcome from ingest_runs(jsonb_build_array(pg_temp.sent('a', 0.900) ||
       '{"tags": ["again"], "notes": "again", "duration_seconds": 7, "branch_name": "b", "links": {"log": "https://example.com"},
         "source": {"format": "native"}, "details": {}, "params": {}, "metric_stats": {}}')) $$,
  $$ values ('known') $$, 'tags, notes, duration, links and source are not what makes a run, nor are empty objects');
select results_eq(
  $$ select outcome from ingest_runs(jsonb_build_array(
       pg_temp.sent('timed', 0.9, 'timed') || '{"created_at": "2026-02-03T10:00:00Z"}', pg_temp.sent('timed', 0.9, 'timed'),
       pg_temp.sent('timed', 0.9, 'timed') || '{"created_at": "2026-02-03T12:00:00+02:00"}',
       pg_temp.sent('timed', 0.9, 'timed') || '{"created_at": "2026-02-03T10:00:01Z"}')) $$,
  $$ values ('stored'), ('known'), ('known'), ('conflict') $$, 'another time is another run; no time is any time');
select throws_ok(
  $$ select ingest_runs(jsonb_build_array(pg_temp.sent('d', 0.9), pg_temp.sent('e', 0.9) || '{"environment": "NO"}')) $$,
  '22023', null, 'one run that is not valid refuses the request');
select is_empty(
  $$ select from benchmark_transactions where idempotency_key in ('d', 'e') $$, 'then none of its runs is stored');
select throws_ok(
  $$ select ingest_runs((select jsonb_agg(pg_temp.sent('many ' || i, 0.9)) from generate_series(1, 1001) as i)) $$,
  '22023', 'p_runs must hold at most 1000 runs, found 1001', 'more than 1000 runs are refused');
select throws_ok(
  $$ select ingest_runs('{}') $$, '22023', 'p_runs must be an array of runs, found object', 'a run outside an array is refused');
select is_empty($$ select * from ingest_runs('[]') $$, 'no runs are no error');
select is(
  (select version from ingest_runs(jsonb_build_array(pg_temp.sent('f', 0.9)))), 5, 'a refused request uses no number');

-- ── a plain insert ──
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, idempotency_key)
values ('abc123', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.9}', 'a'),
       ('abc123', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.95}', 'g'),
       ('abc123', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.95}', 'g');
select results_eq(
  $$ select idempotency_key, version from benchmark_transactions where model_version = 'model' order by version $$,
  $$ values ('b', 1), ('a', 2), ('c', 3), ('n', 4), ('f', 5), ('g', 6) $$,
  'a plain insert skips what is known and numbers the rest');
select throws_matching(
  $$ insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, idempotency_key)
     values ('abc123', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.7}', 'a') $$,
  'the idempotency_key is that of run .*, which differs in metrics', 'a plain insert of another run under a known key is refused');
select is_empty(
  $$ select from benchmark_transactions where idempotency_key is null or metrics = '{"f1": 0.7}' $$, 'and stores nothing');
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, idempotency_key)
values ('abc123', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.95}', 'g'),
       ('abc123', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.95}', 'h')
on conflict (idempotency_key) do nothing;
select is(
  (select version from benchmark_transactions where idempotency_key = 'h'), 7, 'so does one that ignores duplicates');

insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics)
select 'abc123', 'keyless', 'set-1', 'prompt-1', 'production', '{"f1": 0.95}' from generate_series(1, 2);
select is(
  (select count(*) from benchmark_transactions where model_version = 'keyless'), 1::bigint,
  'without a key, the same run twice is one row');
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at)
select 'abc123', 'keyless', 'set-1', 'prompt-1', 'production', '{"f1": 0.95}', now() - i * interval '1 hour'
from generate_series(1, 2) as i;
select is(
  (select count(*) from benchmark_transactions where model_version = 'keyless'), 3::bigint,
  'without a key, runs of different times are different runs');
select is(
  (select idempotency_key ~ '^sql:[0-9a-f]{64}$' from benchmark_transactions where model_version = 'keyless' limit 1),
  true, 'the database''s own key is told by its prefix');

-- ── what only the database sets ──
insert into benchmark_transactions (
  commit_sha, model_version, dataset_version, prompt_version, environment, metrics, recorded_at, version, configuration_id)
values ('abc123', 'liar', 'set-1', 'prompt-1', 'production', '{"f1": 0.95}', '2020-01-01', 99, 1);
select results_eq(
  $$ select version, recorded_at >= now() from benchmark_transactions where model_version = 'liar' $$,
  $$ values (1, true) $$, 'a client cannot choose version or recorded_at');
select is(
  (select configuration_id from benchmark_transactions where model_version = 'liar'),
  (select id from benchmark_configurations where model_version = 'liar'), 'a client cannot choose the configuration past its names');

-- ── what runs say about their metrics ──
select lives_ok(
  $$ select ingest_runs(jsonb_build_array(pg_temp.sent('m1', 0.9) ||
       '{"metric_definitions": {"quality_index": {"unit": "points", "direction": "higher_is_better", "min": 0, "max": 10}}}')) $$,
  'a run may declare its metric');
select throws_ok(
  $$ select ingest_runs(jsonb_build_array(pg_temp.sent('m2', 0.9) ||
       '{"metric_definitions": {"quality_index": {"direction": "lower_is_better"}}}')) $$,
  '22023', '`quality_index` is higher_is_better in earlier runs, this run says lower_is_better',
  'a later run cannot turn a metric around');
select throws_ok(
  $$ select ingest_runs(jsonb_build_array(pg_temp.sent('m3', 0.9) ||
       '{"metric_definitions": {"f1": {"unit": "percent", "direction": "higher_is_better"}}}')) $$,
  '22023', '`f1` is measured in ratio in earlier runs, this run says percent', 'nor change its unit');
select throws_ok(
  $$ select ingest_runs(jsonb_build_array(pg_temp.sent('m4', 0.9) || '{"metric_definitions": {"quality_index": {"min": 0, "max": 100}}}')) $$,
  '22023', '`quality_index` has min 0 and max 10 in earlier runs, this run says 0 and 100', 'nor widen its range');
select lives_ok(
  $$ select ingest_runs(jsonb_build_array(pg_temp.sent('m5', 0.9) || '{"metric_definitions": {"quality_index": {"max": 10.0}}}')) $$,
  'a bound that is left out is not another one');

select * from finish();
rollback;
