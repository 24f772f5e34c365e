/*
 * An invalid run is refused with a sentence about the problem and a hint, and nothing is stored.
 */
begin;
create extension if not exists pgtap;
select plan(42);

create function pg_temp.sent(p_changes jsonb) returns jsonb language sql as $$
  select jsonb_build_array('{
    "commit_sha": "abc123", "model_version": "model", "dataset_version": "set-1", "prompt_version": "prompt-1",
    "environment": "production", "metrics": {"f1": 0.9}
  }'::jsonb || p_changes)
$$;

-- What was found …
create function pg_temp.refusal(p_changes jsonb, out code text, out message text, out hint text) language plpgsql as $$
begin
  perform ingest_runs(pg_temp.sent(p_changes));
exception when others then
  get stacked diagnostics code = returned_sqlstate, message = message_text, hint = pg_exception_hint;
end $$;

create temp table refusals as
select c.name, c.message as wanted, r.*
from (values
  ('a missing commit',            '{"commit_sha": null}'::jsonb,             'commit_sha is missing'),
  ('an empty model',              '{"model_version": " "}',                  'model_version is empty'),
  ('a missing data set',          '{"dataset_version": null}',               'dataset_version is missing'),
  ('a missing prompt',            '{"prompt_version": null}',                'prompt_version is missing'),
  ('a missing environment',       '{"environment": null}',                   'environment is missing'),
  ('an environment that is no slug', '{"environment": "Prod EU"}',           'environment must be lower-case letters, digits and dashes, at most 63, found "Prod EU"'),
  ('missing metrics',             '{"metrics": null}',                       'metrics must be an object of numbers, found nothing'),
  ('metrics in an array',         '{"metrics": [0.9]}',                      'metrics must be an object of numbers, found array'),
  ('a metric in quotes',          '{"metrics": {"a": 1, "f1": "0.9"}}',      'metrics.f1 must be a finite number, found "0.9"'),
  ('a metric that is null',       '{"metrics": {"f1": null}}',               'metrics.f1 must be a finite number, found null'),
  ('a nested metric',             '{"metrics": {"f1": {"a": 1}}}',           'metrics.f1 must be a finite number, found {"a": 1}'),
  ('a metric beyond any double',  '{"metrics": {"f1": 1e309}}',              null),
  ('a nameless metric',           '{"metrics": {"": 1}}',                    'a metric''s name must have 1 to 100 characters'),
  ('a metric with a name of 101 characters', jsonb_build_object('metrics', jsonb_build_object(E'\n' || repeat('ü', 100), 1)),
                                                                        'a metric''s name must have 1 to 100 characters'),
  ('a negative count',            '{"error_count": -1}',                     'error_count must be a finite number, 0 or more, found -1'),
  ('an endless duration',         '{"duration_seconds": "NaN"}',             'duration_seconds must be a finite number, 0 or more, found NaN'),
  ('an attempt before the first', '{"run_attempt": 0}',                      'run_attempt counts from 1, found 0'),
  ('details in an array',         '{"details": [1]}',                        'details must be an object, found array'),
  ('an unknown field',            '{"metricz": {}}',                         'p_runs[0] has a field `metricz` that a run does not have'),
  ('a version of the client''s own', '{"version": 7}',                       'p_runs[0] has a field `version` that a run does not have')
) as c (name, changes, message)
cross join lateral pg_temp.refusal(c.changes) as r;

select is(code, '22023', name || ' is refused') from refusals;
select is(message, wanted, name || ' is named') from refusals where wanted is not null;
select is((select count(*) from refusals where hint is null), 0::bigint, 'each refusal has a hint');

select is(
  (pg_temp.refusal(jsonb_build_object('created_at', now() + interval '6 minutes'))).code,
  '22023', 'a run of the future is refused');
select lives_ok(
  $$ select ingest_runs(pg_temp.sent(jsonb_build_object('metrics', jsonb_build_object(E'\n' || repeat('ü', 99), 1)))) $$,
  'a name of 100 characters is stored, whatever they are');

select * from finish();
rollback;
