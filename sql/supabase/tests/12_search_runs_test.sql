/*
 * One search finds runs by any of several keys, newest first and page by page, without skipping or
 * repeating a run, for common and rare terms.
 */
begin;
create extension if not exists pgtap;
select plan(21);

insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at, run_id, triggered_by, tags)
select case when i = 120 then 'c0ffee1234567890' else md5(i::text) end,
       case when i % 2 = 0 then 'MedGemma-v1.2' else 'other%model' end, 'set-1', 'prompt-1', 'production', '{"f1": 0.9}',
       now() - (i / 2) * interval '1 hour', (7000000 + i)::text, case when i = 33 then 'ada' else 'ci' end,
       case when i = 190 then array['common', 'rare'] else array['common'] end
from generate_series(1, 200) as i;
insert into benchmark_transactions (id, commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at)
values ('deadbeef-0000-4000-8000-000000000001', 'x', 'third', 'set-1', 'prompt-1', 'production', '{"f1": 0.9}', now() - interval '1 year');

set local role anon;

select results_eq($$ select run_id from search_runs('c0ffee') $$, array['7000120'], 'by the beginning of a commit');
select results_eq($$ select run_id from search_runs('c0ffee1234567890') $$, array['7000120'], 'by a whole commit');
select is_empty($$ select * from search_runs('c0f') $$, 'three characters are too few for a beginning');
select results_eq($$ select id from search_runs('x') $$, array['deadbeef-0000-4000-8000-000000000001'::uuid], 'but may be the whole');
select results_eq($$ select run_id from search_runs('7000033') $$, array['7000033'], 'by a CI run');
select is((select count(*) from search_runs('700003')), 10::bigint, 'or its beginning');
select results_eq($$ select run_id from search_runs('ada') $$, array['7000033'], 'by an actor');
select results_eq($$ select run_id from search_runs('rare') $$, array['7000190'], 'by a rare tag');
select is((select count(*) from search_runs('common', p_limit => 1000)), 200::bigint, 'by a common tag');
select is((select count(*) from search_runs('medgemma', p_limit => 1000)), 100::bigint, 'by part of a model''s name, in any case');
select is((select count(*) from search_runs('%', p_limit => 1000)), 100::bigint, 'a percent sign is a percent sign');
select is_empty($$ select * from search_runs('_') $$, 'and an underscore an underscore');
select is_empty($$ select * from search_runs('\') $$, 'and a backslash a backslash');
select results_eq($$ select model_version from search_runs(' deadbeef ') $$, array['third'], 'by the beginning of its id');
select results_eq(
  $$ select model_version from search_runs('DEADBEEF-0000-4000-8000-000000000001') $$, array['third'], 'or the whole id');
select is_empty($$ select * from search_runs('no such thing') $$, 'what no run has finds none');
select is((select count(*) from search_runs('')), 50::bigint, 'nothing to look for finds all, a page of 50');
select is((select count(*) from search_runs(null, p_limit => 5000)), 201::bigint, 'or of as many as asked for');

-- Two runs share each timestamp, so a page may end between them.
create function pg_temp.pages(p_query text) returns setof uuid language plpgsql stable as $$
declare
  last benchmark_transactions;
  page benchmark_transactions;
begin
  loop
    last := page;
    for page in select * from search_runs(p_query, last.created_at, last.id, 7) loop
      return next page.id;
    end loop;
    exit when page is null or page.id = last.id;
  end loop;
end $$;
select is((select count(*) from pg_temp.pages('common')), 200::bigint, 'page after page a common tag loses no run and repeats none');
select is((select count(distinct id) from pg_temp.pages('medgemma') as id), 100::bigint, 'nor does a model');
select results_eq(
  $$ select id from pg_temp.pages('') as id $$,
  $$ select id from benchmark_transactions order by created_at desc, id desc $$, 'all runs, in one order');

select * from finish();
rollback;
