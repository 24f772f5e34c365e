/*
 * An invalid run is refused with a sentence about the problem and a hint, and nothing is stored.
 */
begin;
create extension if not exists pgtap;
select plan(119);

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
  ('no metric at all',            '{"metrics": {}}',                         'metrics must be an object of numbers, found an empty one'),
  ('a nameless metric',           '{"metrics": {"": 1}}',                    'a metric''s name is empty'),
  ('a metric with a name of 101 characters', jsonb_build_object('metrics', jsonb_build_object(repeat('ü', 101), 1)),
                                                                        'a metric''s name must have at most 100 characters, found 101'),
  ('a metric with a name of 100 emoji', jsonb_build_object('metrics', jsonb_build_object(repeat('😀', 100), 1)),
                                                                        'a metric''s name must have at most 300 bytes, found 400'),
  ('a line break in a metric''s name', '{"metrics": {"f1\n": 1}}',       'a metric''s name must not contain control characters, found U+000A at character 3'),
  ('1,001 metrics',               (select jsonb_build_object('metrics', jsonb_object_agg('m' || i, i)) from generate_series(1, 1001) as i),
                                                                        'metrics must hold at most 1000 numbers, found 1001'),
  ('f1 in percent',               '{"metrics": {"f1": 89.5}}',               'metrics.f1 must be between 0 and 1, found 89.5'),
  ('a negative latency',          '{"metrics": {"latency_ms": -1}}',         'metrics.latency_ms must be 0 or more, found -1'),
  ('a value outside of its declared range',
   '{"metrics": {"grade": 7}, "metric_definitions": {"grade": {"direction": "lower_is_better", "min": 1, "max": 6}}}',
                                                                        'metrics.grade must be between 1 and 6, found 7'),
  ('a name that cannot be seen',  jsonb_build_object('model_version', chr(8203) || chr(65279)), 'model_version is empty'),
  ('a name that turns around',    jsonb_build_object('model_version', 'a' || chr(8238)),
                                                                        'model_version must not contain control characters, found U+202E at character 2'),
  ('white space after a model',   '{"model_version": "m "}',               'model_version must not have white space around it'),
  ('white space before a metric', '{"metrics": {" f1": 1}}',               'a metric''s name must not have white space around it'),
  ('a name of 255 emoji',         jsonb_build_object('model_version', repeat('😀', 255)), 'model_version must have at most 765 bytes, found 1020'),
  ('three names that no index holds', (
     select jsonb_build_object('model_version', name, 'dataset_version', reverse(name), 'prompt_version', name)
     from (select string_agg(chr(128512 + (i * i * 31) % 79), '') as name from generate_series(1, 255) as i) as random),
                                                                        'model_version must have at most 765 bytes, found 1020'),
  ('a long branch',               jsonb_build_object('branch_name', repeat('b', 256)), 'branch_name must have at most 255 characters, found 256'),
  ('a long CI run',               jsonb_build_object('run_id', repeat('b', 256)), 'run_id must have at most 255 characters, found 256'),
  ('a long actor',                jsonb_build_object('triggered_by', repeat('b', 256)), 'triggered_by must have at most 255 characters, found 256'),
  ('long notes',                  jsonb_build_object('notes', repeat('b', 10001)), 'notes must have at most 10000 characters, found 10001'),
  ('a long tag',                  jsonb_build_object('tags', jsonb_build_array('ok', repeat('b', 256))), 'tags[1] must have at most 255 characters, found 256'),
  ('a tag that is null',          '{"tags": ["ok", null]}',                  'tags[1] is missing'),
  ('tags of two dimensions',      '{"tags": [["a", "b"]]}',                  'tags must be a list of at most 50 texts, found 2 in [1:1][1:2]'),
  ('51 tags',                     (select jsonb_build_object('tags', jsonb_agg(i::text)) from generate_series(1, 51) as i),
                                                                        'tags must be a list of at most 50 texts, found 51 in [1:51]'),
  ('a time before 1970',          '{"created_at": "1969-12-31T23:59:59Z"}',  'created_at must be a time from 1970 on, found 1969-12-31 23:59:59+00'),
  ('a time before our era',       '{"created_at": "0044-03-15 BC"}',         'created_at must be a time from 1970 on, found 0044-03-15 00:00:00+00 BC'),
  ('no time at all',              '{"created_at": "-infinity"}',             'created_at must be a time from 1970 on, found -infinity'),
  ('links in a text',             '{"links": "https://example.com"}',        'links must be an object, found string'),
  ('a link that is a script',     '{"links": {"log": "javascript:alert(1)"}}', 'links must be addresses that begin with https:// or http://'),
  ('a source in a text',          '{"source": "r.json"}',                    'source must be an object, found string'),
  ('params in a number',          '{"params": 1}',                           'params must be an object, found number'),
  ('statistics in a list',        '{"metric_stats": {"f1": [1, 2]}}',        'metric_stats must hold an object of numbers for each metric, with whole counts and spreads of 0 or more, and ci_low up to ci_high'),
  ('a count in a text',           '{"metric_stats": {"f1": {"n": "many"}}}', 'metric_stats must hold an object of numbers for each metric, with whole counts and spreads of 0 or more, and ci_low up to ci_high'),
  ('half a count',                '{"metric_stats": {"f1": {"n": 1.5}}}',    'metric_stats must hold an object of numbers for each metric, with whole counts and spreads of 0 or more, and ci_low up to ci_high'),
  ('a count with a point',        '{"metric_stats": {"f1": {"n": 150.0}}}',  'metric_stats must hold an object of numbers for each metric, with whole counts and spreads of 0 or more, and ci_low up to ci_high'),
  ('a value that is null',        '{"metric_stats": {"f1": {"values": [1, null]}}}', 'metric_stats must hold an object of numbers for each metric, with whole counts and spreads of 0 or more, and ci_low up to ci_high'),
  ('values that are no list',     '{"metric_stats": {"f1": {"values": 5}}}', 'metric_stats must hold an object of numbers for each metric, with whole counts and spreads of 0 or more, and ci_low up to ci_high'),
  ('an interval upside down',     '{"metric_stats": {"f1": {"ci_low": 0.92, "ci_high": 0.87}}}', 'metric_stats must hold an object of numbers for each metric, with whole counts and spreads of 0 or more, and ci_low up to ci_high'),
  ('a number that no reader holds', '{"details": {"a": [1e400]}}',
   'metric_stats, details, params and source must hold no number beyond 1e308, which most readers cannot hold'),
  ('a duration that no reader holds', '{"duration_seconds": 1e400}',          'duration_seconds must be a finite number, 0 or more, found 1' || repeat('0', 79)),
  ('details of 66 levels',        jsonb_build_object('details', jsonb_build_object('a', (repeat('[', 65) || repeat(']', 65))::jsonb)),
                                                                        'metric_stats, details, params and source must be nested at most 64 deep'),
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
  $$ select ingest_runs(pg_temp.sent(jsonb_build_object(
       'metrics', jsonb_build_object(repeat('測', 100), 1), 'branch_name', '', 'notes', E'two\nlines', 'links', '{"log": "https://例え.jp/?a=1#b"}'::jsonb,
       'model_version', repeat('測', 255), 'dataset_version', repeat('試', 255), 'prompt_version', repeat('語', 255),
       'tags', jsonb_build_array(repeat('札', 255)), 'details', jsonb_build_object('a', (repeat('[', 64) || repeat(']', 64))::jsonb)))) $$,
  'names, tags and details as long as they may be are stored, in any script');

select lives_ok(
  $$ select ingest_runs(pg_temp.sent(
       '{"metrics": {"f1": 1.0000000000000007, "recall": 1.0000001, "brier_score": -1e-17, "token_logprob": -0.7, "clock_offset_s": -3}}')) $$,
  'a value may miss a bound by rounding, and a name alone sets no bound');

select * from finish();
rollback;
