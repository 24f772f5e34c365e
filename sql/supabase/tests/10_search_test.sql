/*
 * A search by tag finds what it should, newest first and page by page, whether the tag is on all
 * runs or on one of the oldest.
 */
begin;
create extension if not exists pgtap;
select plan(6);

insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at, run_id, tags)
select 'abc123', 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.9}', now() - i * interval '1 hour', i::text,
       case when i = 190 then array['common', 'rare'] else array['common'] end
from generate_series(1, 200) as i;

set local role anon;

select results_eq(
  $$ select run_id from runs_with_tag('common', p_limit => 3) $$, array['1', '2', '3'], 'a common tag: the newest first');
select results_eq(
  $$ select run_id from runs_with_tag('common', now() - interval '3 hours', 2) $$, array['4', '5'], 'and the page after it');
select is((select count(*) from runs_with_tag('common')), 50::bigint, 'a page has 50 runs');
select results_eq($$ select run_id from runs_with_tag('rare') $$, array['190'], 'a rare tag is found, however old');
select is_empty($$ select * from runs_with_tag('unknown') $$, 'an unknown tag has no runs');
select is_empty($$ select * from runs_with_tag(null) $$, 'nor has none at all');

select * from finish();
rollback;
