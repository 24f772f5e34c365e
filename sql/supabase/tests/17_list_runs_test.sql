/*
 * The log of runs is read page by page in both directions, filtered or not, without skipping or
 * repeating a run, for busy and long inactive configurations.
 */
begin;
create extension if not exists pgtap;
select plan(16);

-- Two runs share each timestamp, so a page may end between them. One configuration ended a year ago.
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at)
select 'abc1234', 'model-' || i % 4, 'set-' || i % 3, 'prompt-1', 'production', '{"f1": 0.9}',
       '2026-03-01 12:00+00'::timestamptz - (i / 2) * interval '1 hour'
from generate_series(1, 200) as i;
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at)
select 'abc1234', 'silent', 'set-0', 'prompt-1', 'staging', '{"f1": 0.9}', '2025-01-01 12:00+00'::timestamptz - i * interval '1 hour'
from generate_series(1, 5) as i;

set local role anon;

select is((select count(*) from list_runs()), 50::bigint, 'without anything chosen: a page of 50');
select results_eq(
  $$ select id from list_runs(p_limit => 5000) $$,
  $$ select id from benchmark_transactions order by created_at desc, id desc $$, 'all runs, in one order');
select is((select count(*) from list_runs('{model-1}', p_limit => 1000)), 50::bigint, 'the runs of a model');
select is((select count(*) from list_runs('{model-1,model-2}', '{set-0}', p_limit => 1000)), 33::bigint, 'several filters narrow together');
select is((select count(*) from list_runs(p_environments => '{staging}')), 5::bigint, 'a silent environment is found');
select is((select count(*) from list_runs('{}', '{}', '{}', '{}', '{}', p_limit => 1000)), 205::bigint, 'an empty filter lets all through');
select is((select count(*) from list_runs('{no such model}')), 0::bigint, 'an unknown name finds none');
select is((select count(*) from list_runs(
  p_configuration_ids => array(select id from benchmark_configurations where model_version = 'silent'))), 5::bigint, 'a configuration by its number');
select is((select count(*) from list_runs(p_from => '2026-03-01 10:00+00', p_to => '2026-03-01 12:00+00', p_limit => 1000)), 4::bigint,
  'from this moment on, and before that one');
select is((select count(*) from list_runs('{silent}', p_from => '2025-01-01 08:00+00', p_to => '2025-01-01 11:00+00')), 3::bigint,
  'also of a silent one');
select is((select count(*) from list_runs(p_from => '2026-03-01 11:00+00', p_at_created_at => '2026-03-01 10:00+00')), 0::bigint,
  'a page before the first moment is empty');
select is((select count(*) from list_runs(p_limit => -1)), 1::bigint, 'a limit outside of its range is moved into it');

-- All pages, each beginning where the one before ended.
create function pg_temp.pages(p_models text[], p_newer boolean default false) returns setof uuid language plpgsql stable as $$
declare
  ids  uuid[];
  last benchmark_transactions;
begin
  loop
    select array_agg(id order by created_at, id) into ids
    from list_runs(p_models, p_at_created_at => last.created_at, p_at_id => last.id, p_newer => p_newer, p_limit => 7);
    exit when ids is null;
    return query select id from unnest(ids) with ordinality as u (id, place) order by case when p_newer then place else -place end;
    select * into last from benchmark_transactions where id = ids[case when p_newer then cardinality(ids) else 1 end];
  end loop;
end $$;

select results_eq($$ select id from pg_temp.pages(null) as id $$,
  $$ select id from benchmark_transactions order by created_at desc, id desc $$, 'page after page to the oldest run');
select results_eq($$ select id from pg_temp.pages(null, p_newer => true) as id $$,
  $$ select id from benchmark_transactions order by created_at, id $$, 'and page after page back to the newest');
select results_eq($$ select id from pg_temp.pages('{model-3,silent}') as id $$,
  $$ select id from benchmark_transactions where model_version in ('model-3', 'silent') order by created_at desc, id desc $$,
  'so with a filter');
select results_eq($$ select id from pg_temp.pages('{model-3,silent}', p_newer => true) as id $$,
  $$ select id from benchmark_transactions where model_version in ('model-3', 'silent') order by created_at, id $$, 'in both directions');

select * from finish();
rollback;
