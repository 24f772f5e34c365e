/*
 * A change is stored once, no matter how often it is found, and its states are kept. Anyone can read
 * it, and only two functions write it.
 */
begin;
create extension if not exists pgtap;
select plan(49);

create temp table runs as
with stored as (
  insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at)
  select 'commit-' || i, 'model', 'set-1', 'prompt-1', 'production', '{"f1": 0.9}', now() - (100 - i) * interval '1 hour'
  from generate_series(1, 60) as i
  returning id, version
)
select * from stored;
insert into benchmark_transactions (commit_sha, model_version, dataset_version, prompt_version, environment, metrics)
values ('abc123', 'elsewhere', 'set-1', 'prompt-1', 'production', '{"f1": 0.9}');

create function pg_temp.run(p_version integer) returns uuid language sql stable as $$ select id from runs where version = p_version $$;
create function pg_temp.point(
  p_run integer, p_state text default 'confirmed', p_before float8 default 0.9, p_after float8 default 0.8,
  p_earliest integer default null, p_latest integer default null, p_metric text default 'f1', p_more jsonb default '{}')
returns jsonb language sql stable as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'transaction_id', pg_temp.run(p_run), 'earliest_transaction_id', pg_temp.run(p_earliest), 'latest_transaction_id', pg_temp.run(p_latest),
    'metric', p_metric, 'kind', 'step', 'state', p_state, 'before', p_before, 'after', p_after, 'relative', (p_after - p_before) / p_before,
    'in_noise', -7.5, 'p_value', 1e-9, 'method', 'history 1', 'found_by', 'bench-push')) || p_more
$$;
create function pg_temp.record(variadic p_points jsonb[]) returns text language sql volatile as $$
  select string_agg(outcome || ' ' || state, ', ') from record_change_points(to_jsonb(p_points))
$$;
create function pg_temp.last_id() returns bigint language sql stable as $$ select max(id) from benchmark_change_points $$;
grant select on runs to service_role, anon;
grant execute on all functions in schema pg_temp to service_role, anon;

set local role service_role;

-- ── one row for one change ──
select is(pg_temp.record(pg_temp.point(20)), 'recorded confirmed', 'a change is recorded');
select is(pg_temp.record(pg_temp.point(20)), 'known confirmed', 'the same again changes nothing');
select is(pg_temp.record(pg_temp.point(22)), 'known confirmed', 'nor does it two runs later');
select is(pg_temp.record(pg_temp.point(18)), 'known confirmed', 'nor two runs earlier');
select is(pg_temp.record(pg_temp.point(25, p_earliest => 21, p_latest => 27)), 'known confirmed', 'nor when its interval is near');
select is((select count(*) from benchmark_change_points), 1::bigint, 'there is one row');
select is((select count(*) from benchmark_change_point_states), 1::bigint, 'with one state');
select is(pg_temp.record(pg_temp.point(26)), 'recorded confirmed', 'six runs later it is another change');
select is(pg_temp.record(pg_temp.point(20, p_before => 0.8, p_after => 0.9)), 'recorded confirmed', 'so is one the other way');
select is(pg_temp.record(pg_temp.point(20, p_metric => 'recall')), 'recorded confirmed', 'and one of another metric');
select is(pg_temp.record(pg_temp.point(40), pg_temp.point(42)), 'recorded confirmed, recorded confirmed', 'two steps close together are two');
select is(pg_temp.record(pg_temp.point(40), pg_temp.point(42)), 'known confirmed, known confirmed', 'and stay two');
select is(pg_temp.record(pg_temp.point(42), pg_temp.point(40)), 'known confirmed, known confirmed', 'in whatever order they are found');
select is((select count(*) from benchmark_change_points), 6::bigint, 'six rows in all');
select is_empty($$ select * from record_change_points('[]') $$, 'nothing found records nothing');

-- ── from suspicion to certainty ──
select is(pg_temp.record(pg_temp.point(60, 'suspect')), 'recorded suspect', 'one run out of line is a suspicion');
select is(pg_temp.record(pg_temp.point(60, 'suspect')), 'known suspect', 'it stays one');
select is(pg_temp.record(pg_temp.point(60)), 'confirmed confirmed', 'until more runs confirm it');
select is(pg_temp.record(pg_temp.point(60, 'suspect')), 'known confirmed', 'and is none any more');
select is((set_change_point_state(pg_temp.last_id(), 'dismissed', 'a broken disk', 'ada')).state, 'dismissed', 'a person dismisses it');
select is(pg_temp.record(pg_temp.point(60)), 'known dismissed', 'found again it stays dismissed');
select is(pg_temp.record(pg_temp.point(10, 'suspect')), 'recorded suspect', 'another suspicion');
select is((set_change_point_state(pg_temp.last_id(), 'dismissed', 'a spike', 'bench-push', 'suspect')).state, 'dismissed', 'is dismissed as a spike');
select is(pg_temp.record(pg_temp.point(10)), 'confirmed confirmed', 'but more runs are new evidence');
select is((set_change_point_state(pg_temp.last_id(), 'dismissed', 'a spike', 'bench-push', 'suspect')).state, 'confirmed',
  'who wants to dismiss a suspicion cannot dismiss what was confirmed meanwhile');
select is((set_change_point_state(pg_temp.last_id(), 'accepted', 'the new prompt', 'ada')).state, 'accepted', 'a new level is accepted');
select is((set_change_point_state(pg_temp.last_id(), 'accepted', 'the new prompt', 'ada')).id,
  (select max(id) from benchmark_change_point_states), 'saying so again adds no row');
select results_eq(
  $$ select state, reason, set_by from benchmark_change_point_states where change_point_id = pg_temp.last_id() order by id $$,
  $$ values ('suspect', null, 'bench-push'), ('dismissed', 'a spike', 'bench-push'), ('confirmed', null, 'bench-push'),
            ('accepted', 'the new prompt', 'ada') $$, 'the history keeps who said what, and why');

-- ── a reason that was given stays until another is given ──
select is((set_change_point_state(pg_temp.last_id(), 'accepted', null, 'ada')).id,
  (select max(id) from benchmark_change_point_states), 'without a reason the same again adds no row');
select is((set_change_point_state(pg_temp.last_id(), 'accepted', null, 'bob')).reason, 'the new prompt',
  'who says it again without a reason keeps that of the first');
select is((set_change_point_state(pg_temp.last_id(), 'dismissed', null, 'bob')).reason, 'a spike',
  'back in an earlier state the reason for that one counts again');
select is(pg_temp.record(pg_temp.point(52, p_more => '{"reason": "the seed changed"}')), 'recorded confirmed', 'a change found with what explains it');
select results_eq(
  $$ select (set_change_point_state(pg_temp.last_id(), state, given, 'ada')).reason
     from (values ('dismissed', 'a broken disk'), ('accepted', null), ('confirmed', null), ('dismissed', null)) as said (state, given) $$,
  $$ values ('a broken disk'), ('the seed changed'), ('the seed changed'), ('a broken disk') $$,
  'why it was dismissed is no reason to accept it, and what explains it is');

-- ── what is refused ──
select throws_ok(
  $$ select record_change_points('{"metric": "f1"}') $$, '22023', 'p_points must be an array of at most 1000 objects', 'one object is no list');
select throws_ok(
  $$ select record_change_points('[{"metric": "f1"}]') $$, '23503', 'there is no run without an id', 'a change at no run');
select throws_ok(
  $$ select pg_temp.record(pg_temp.point(30), pg_temp.point(31, 'accepted')) $$, '22023',
  'change point 2: state must be suspect or confirmed, found "accepted"', 'statistics cannot accept a level');
select throws_ok($$ select pg_temp.record(pg_temp.point(30, p_after => 0.9)) $$, '22023',
  'change point 1: before and after must be two different finite numbers', 'no change is no change');
select throws_ok($$ select pg_temp.record(pg_temp.point(30, p_earliest => 31)) $$, '22023',
  'change point 1: its first run must lie between the earliest and the latest', 'an interval beside its run');
select throws_ok(
  $$ select pg_temp.record(pg_temp.point(30, p_more => jsonb_build_object('latest_transaction_id', (select id from benchmark_transactions where model_version = 'elsewhere')))) $$,
  '22023', 'change point 1: its three runs must be of one configuration', 'an interval that ends in another configuration');
select is((select count(*) from benchmark_change_points where began_version = 30), 0::bigint, 'nothing of these was stored');
select throws_ok($$ select set_change_point_state(pg_temp.last_id(), 'ignored') $$, '22023',
  'a change point''s state must be suspect, confirmed, accepted or dismissed, found "ignored"', 'a state that is none');
select throws_ok($$ select set_change_point_state(-1, 'accepted') $$, '23503', 'there is no change point -1', 'a change point that is none');
select throws_ok($$ insert into benchmark_change_point_states (change_point_id, state) values (1, 'accepted') $$,
  '42501', null, 'service_role cannot write states past the function');

-- ── what anyone with a key reads ──
set local role anon;
select results_eq(
  $$ select model_version, metric, effect, state, commit_sha, earliest_commit_sha, latest_version, round(delta::numeric, 6), kind
     from v_change_points where began_version = 20 and metric = 'f1' order by id $$,
  $$ values ('model', 'f1', 'regressed', 'confirmed', 'commit-20', 'commit-20', 20, -0.1, 'step'),
            ('model', 'f1', 'improved',  'confirmed', 'commit-20', 'commit-20', 20,  0.1, 'step') $$, 'anon can read what moved, and where');
select is((select count(*) from v_change_points), (select count(*) from benchmark_change_points), 'each once');
select throws_ok($$ select record_change_points('[]') $$, '42501', null, 'anon cannot record a change');
select throws_ok($$ select set_change_point_state(1, 'dismissed') $$, '42501', null, 'anon cannot dismiss one');
reset role;
select throws_ok($$ delete from benchmark_change_points $$, '42501', 'benchmark_change_points is append only: delete is refused', 'not even the owner deletes one');
select throws_ok($$ update benchmark_change_point_states set state = 'accepted' $$, '42501',
  'benchmark_change_point_states is append only: update is refused', 'or changes what was said');

select * from finish();
rollback;
