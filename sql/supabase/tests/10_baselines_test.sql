/*
 * The baseline in force: the newest one marked for exactly this configuration, otherwise for its
 * model, otherwise for its data set. A mark applies only to the chosen scope, clearing ends it, and
 * the history shows which one was in force when. Each scope is one look-up
 * in an index, however many baselines there are.
 */
begin;
create extension if not exists pgtap;
select plan(31);

create function pg_temp.push(
  p_model text, p_f1 numeric, p_prompt text default 'prompt-1', p_dataset text default 'set-1', p_environment text default 'production')
returns uuid language sql as $$
  insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics)
  values ('abc123', p_model, p_dataset, p_prompt, p_environment, jsonb_build_object('f1', p_f1)) returning id
$$;
create function pg_temp.counts(p_model text, p_prompt text, p_dataset text default 'set-1', p_environment text default 'production')
returns text language sql as $$
  select t.model_version || ' ' || t.prompt_version || ', found by ' || b.found_by
  from baseline_for(p_model, p_dataset, p_prompt, p_environment) b join benchmark_transactions t on t.id = b.transaction_id
$$;

-- ── no scope reaches further than it was marked for ──
select set_baseline(pg_temp.push('candidate', 0.90));
select is(pg_temp.counts('candidate', 'prompt-1'), 'candidate prompt-1, found by configuration', 'a configuration''s own baseline counts for it');
select is(pg_temp.counts('candidate', 'prompt-2'), null, 'and not for another prompt');
select is(pg_temp.counts('other', 'prompt-1'), null, 'nor for another model');
select set_baseline(pg_temp.push('candidate', 0.91, 'prompt-3'), 'model');
select is(pg_temp.counts('candidate', 'prompt-2'), 'candidate prompt-3, found by model', 'a model''s baseline counts for all its prompts');
select is(pg_temp.counts('candidate', 'prompt-1'), 'candidate prompt-1, found by configuration', 'unless one has its own');
select is(pg_temp.counts('other', 'prompt-3'), null, 'and not for another model');
select set_baseline(pg_temp.push('champion', 0.92), 'dataset');
select is(pg_temp.counts('other', 'prompt-9'), 'champion prompt-1, found by dataset', 'a data set''s baseline counts for every model');
select is(pg_temp.counts('candidate', 'prompt-2'), 'candidate prompt-3, found by model', 'unless one has its own');
select is(pg_temp.counts('other', 'prompt-9', 'set-2'), null, 'but not on another data set');
select is(pg_temp.counts('other', 'prompt-9', 'set-1', 'staging'), null, 'nor in another environment');
select set_baseline(pg_temp.push('challenger', 0.93), 'dataset');
select is(pg_temp.counts('other', 'prompt-9'), 'challenger prompt-1, found by dataset', 'the newest one of a scope counts');

-- ── clearing ──
select is(clear_baseline((select transaction_id from benchmark_snapshots where model_version = 'candidate' and prompt_version = 'prompt-1')),
  true, 'a baseline can be cleared');
select is(pg_temp.counts('candidate', 'prompt-1'), 'candidate prompt-3, found by model', 'then the next scope counts');
select is(clear_baseline((select transaction_id from benchmark_snapshots where prompt_version = 'prompt-3'), 'model'), true, 'and so on');
select is(pg_temp.counts('candidate', 'prompt-1'), 'challenger prompt-1, found by dataset', 'to the data set''s');
select is(
  (select is_baseline from benchmark_snapshots where model_version = 'challenger'), true, 'the snapshot of a baseline says so');
select is(
  (select is_baseline from benchmark_snapshots where model_version = 'champion'), false, 'that of one which was replaced does not');
select is(clear_baseline((select transaction_id from benchmark_snapshots where model_version = 'challenger'), 'dataset', 'retired', 'ada'),
  true, 'the last one ends');
select is(pg_temp.counts('candidate', 'prompt-1'), null, 'then none counts: the one before it does not come back');
select is(
  (select is_baseline from benchmark_snapshots where model_version = 'challenger'), false, 'and the snapshot says so');
select results_eq(
  $$ select transaction_id is null, reason, marked_by from benchmark_baselines where scope = 'dataset' order by id $$,
  $$ values (false, null, null), (false, null, null), (true, 'retired', 'ada') $$, 'the history keeps who marked it and who cleared it');
select is(clear_baseline((select transaction_id from benchmark_snapshots where model_version = 'champion'), 'dataset'),
  false, 'clearing again changes nothing');
select throws_ok(
  $$ select set_baseline('00000000-0000-0000-0000-000000000000') $$,
  '23503', 'there is no run 00000000-0000-0000-0000-000000000000', 'a run that does not exist cannot be a baseline');
select throws_ok(
  $$ select set_baseline(transaction_id, 'prompt') from benchmark_snapshots limit 1 $$,
  '22023', 'a baseline''s scope must be configuration, model or dataset, found "prompt"', 'nor can a run be one for another scope');
select throws_ok(
  $$ select clear_baseline(transaction_id, null) from benchmark_snapshots limit 1 $$, '22023', null, 'or for none');

-- ── the history ──
create function pg_temp.history(p_model text, p_prompt text) returns setof text language sql stable as $$
  select format('%s by %s until %s', run.model_version || ' ' || run.prompt_version, h.found_by,
                coalesce((select 'mark ' || b.id - (select min(id) from benchmark_baselines) + 1
                          from benchmark_baselines b where b.marked_at = h.counted_until), 'now'))
  from baseline_history_for(array(
    select id from benchmark_configurations where model_version = p_model and prompt_version = p_prompt)) with ordinality as h
  join benchmark_transactions run on run.id = h.transaction_id
  order by h.ordinality
$$;
select results_eq(
  $$ select * from pg_temp.history('candidate', 'prompt-1') $$,
  array['candidate prompt-1 by configuration until mark 5', 'candidate prompt-3 by model until mark 6',
        'challenger prompt-1 by dataset until mark 7'],
  'the history has each baseline that counted, and until when');
select set_baseline((select transaction_id from benchmark_snapshots where model_version = 'champion'), 'dataset');
select results_eq(
  $$ select * from pg_temp.history('champion', 'prompt-1') $$,
  array['champion prompt-1 by dataset until mark 4', 'challenger prompt-1 by dataset until mark 7', 'champion prompt-1 by dataset until now'],
  'also when one comes back, and after a time without');
select is_empty($$ select baseline_history_for('{null,-1}') $$, 'a configuration that does not exist has no history');

-- ── one look-up a scope ──
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics)
select 'abc123', 'model-' || i % 200, 'set-1', 'prompt-' || i / 200, 'production', '{"f1": 0.9}' from generate_series(1, 2000) as i;
insert into benchmark_baselines (scope, model_version, dataset_version, prompt_version, environment, transaction_id)
select 'configuration', model_version, dataset_version, prompt_version, environment, id
from benchmark_transactions where model_version like 'model-%';
analyze benchmark_baselines;

-- The plan of the function's own text, which is how it runs: its search path keeps it from being inlined.
create function pg_temp.plan_of_rule() returns text language plpgsql as $$
declare
  line text;
  plan text := '';
begin
  for line in execute 'explain ' || (
    select replace(replace(replace(replace(prosrc, 'p_model_version', '''model-7'''), 'p_dataset_version', '''set-1'''),
                           'p_prompt_version', '''prompt-3'''), 'p_environment', '''production''')
    from pg_proc where oid = 'public.baseline_for'::regproc)
  loop
    plan := plan || line || E'\n';
  end loop;
  return plan;
end $$;
select matches(pg_temp.plan_of_rule(), 'Index Scan Backward using benchmark_baselines_by_scope', 'a scope is looked up from the newest end of its index');
select doesnt_match(pg_temp.plan_of_rule(), 'Seq Scan|Bitmap Heap Scan on benchmark_baselines', 'and nothing else is read but whether its run is retracted');
select is(pg_temp.counts('model-7', 'prompt-3'), 'model-7 prompt-3, found by configuration', 'and finds what it should');

select * from finish();
rollback;
