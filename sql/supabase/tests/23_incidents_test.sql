/*
 * Two evaluators open one incident; a state allows what it allows; each message reaches one sender at a
 * time, in order, and is settled once; readers see incidents and not where messages went.
 */
begin;
create extension if not exists pgtap;
select plan(43);

create function pg_temp.evidence(p_class text default 'quality', p_severity text default 'alert') returns jsonb language sql as $$
  select jsonb_build_object('class', p_class, 'severity', p_severity, 'cause', '{"keys": ["provider=b"], "words": "", "is_of_measurement": false}'::jsonb,
    'span', '{}'::jsonb, 'members', '[{"configuration": 1, "metric": "f1", "class": "quality"}]'::jsonb, 'conditions', '[]'::jsonb, 'left_out', 0)
$$;
create function pg_temp.opened(p_letter text default 'a') returns jsonb language sql as $$
  select jsonb_build_object('kind', 'opened', 'is_told', true, 'title', 'f1 regressed', 'fingerprint', repeat(p_letter, 64), 'evidence', pg_temp.evidence())
$$;
create function pg_temp.says(p_incident bigint, p_kind text, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_array(jsonb_build_object('incident', p_incident, 'kind', p_kind, 'is_told', true) || p_more)
$$;
create temp table ids (name text, id bigint);
grant select, insert on ids to service_role;
create function pg_temp.id(p_name text) returns bigint language sql as $$ select id from ids where name = p_name $$;
create function pg_temp.seen() returns bigint language sql as $$ select coalesce(max(id), 0) from public.benchmark_incident_events $$;
grant execute on all functions in schema pg_temp to service_role, anon;

set local role service_role;

-- ── opening ──
insert into ids select 'first', incident_id
from record_incidents(jsonb_build_array(pg_temp.opened()), pg_temp.seen(), '{github,slack}', 'bench-push 1', 'digest', now());
select results_eq(
  $$ select state, severity, class, title, state_by from benchmark_incidents where id = pg_temp.id('first') $$,
  $$ values ('open', 'alert', 'quality', 'f1 regressed', 'bench-push 1') $$, 'an incident is opened');
select results_eq(
  $$ select sink from benchmark_deliveries where incident_id = pg_temp.id('first') order by sink $$,
  $$ values ('github'), ('slack') $$, 'its messages wait, one per sink');
select results_eq(
  $$ select outcome, incident_id from record_incidents(jsonb_build_array(pg_temp.opened('b')), 0, '{github}', 'other') $$,
  $$ values ('stale', null::bigint) $$, 'an evaluator that has not seen it records nothing');
select is((select count(*) from benchmark_incidents where fingerprint = repeat('b', 64)), 0::bigint, 'really nothing');
select results_eq(
  $$ select outcome, incident_id from record_incidents(jsonb_build_array(pg_temp.opened()), pg_temp.seen(), '{github}', 'other') $$,
  $$ select 'known', pg_temp.id('first') $$, 'an open incident is not opened again');
select throws_ok(
  $$ insert into benchmark_incidents (fingerprint, class, severity, title, opened_at, state_at, state_by, evidence)
     select fingerprint, class, severity, title, opened_at, state_at, state_by, evidence from benchmark_incidents $$,
  '42501', null, 'no client writes past the functions');
select is((select evaluated_by from benchmark_watch), 'other', 'it is known who looked last');
select is((select rules_digest from benchmark_incident_events where incident_id = pg_temp.id('first')), 'digest', 'an event has the digest of the rules');

-- ── the log of incidents ──
select is((select incident_log() ->> 'seen')::bigint, pg_temp.seen(), 'the log of incidents ends with the newest event');
select is((select json_array_length(incident_log() -> 'events')), 1, 'and has the events');
select is((select json_array_length(incident_log(now() - interval '1 day') -> 'events')), 0, 'a day ago there were none');

-- ── the outbox ──
insert into ids select 'message', id from claim_deliveries('github', 60);
select isnt(pg_temp.id('message'), null, 'a message is claimed');
select is_empty($$ select from claim_deliveries('github', 60) $$, 'by one sender at a time');
select is((select settle_delivery(pg_temp.id('message'), null, 'no answer', 0)), true, 'a failure is settled to be tried again');
select results_eq(
  $$ select attempts, receipt from claim_deliveries('github', 60) $$, $$ values (2, null::jsonb) $$, 'and is claimed again');
select is((select failure from benchmark_deliveries where id = pg_temp.id('message')), 'no answer', 'with the failure');
select is((select settle_delivery(pg_temp.id('message'), '{"issue": 7}')), true, 'a receipt settles it');
select is((select settle_delivery(pg_temp.id('message'), '{"issue": 8}')), false, 'once');
select is((select receipt ->> 'issue' from benchmark_deliveries where id = pg_temp.id('message')), '7', 'the first receipt stays');
select throws_ok($$ select settle_delivery(pg_temp.id('message')) $$, '22023', null, 'a message was sent or not');
select throws_ok($$ select settle_delivery(0, '{}') $$, '23503', null, 'an unknown message is refused');

select results_eq(
  $$ select event ->> 'kind', attempts from claim_deliveries('alertmanager', 60) $$,
  $$ values ('opened', 1) $$, 'a sink that was set up later hears of what is open');

-- ── what people say ──
select results_eq(
  $$ select outcome from record_incidents(pg_temp.says(pg_temp.id('first'), 'acknowledged'), null, '{}', 'ada') $$,
  $$ values ('recorded') $$, 'a person acknowledges it');
select results_eq(
  $$ select state, state_by from benchmark_incidents where id = pg_temp.id('first') $$, $$ values ('acknowledged', 'ada') $$, 'and is named');
select results_eq(
  $$ select outcome from record_incidents(pg_temp.says(pg_temp.id('first'), 'acknowledged'), null, '{}', 'ada') $$,
  $$ values ('known') $$, 'twice is once');
select results_eq(
  $$ select receipt ->> 'issue', event ->> 'kind', state from claim_deliveries('github', 60) $$,
  $$ values ('7', 'acknowledged', 'acknowledged') $$, 'sinks that know it hear of it, with their receipt');
select is_empty(
  $$ select from claim_deliveries('slack', 60) where event ->> 'kind' <> 'opened' $$, 'nobody reads the end before the beginning');
select throws_ok(
  $$ select record_incidents(pg_temp.says(pg_temp.id('first'), 'muted', '{"until": "2000-01-01T00:00:00Z"}'), null, '{}', 'ada') $$,
  '22023', null, 'a mute ends in the future');
select lives_ok(
  $$ select record_incidents(pg_temp.says(pg_temp.id('first'), 'muted', jsonb_build_object('until', now() + interval '1 day')), null, '{}', 'ada') $$,
  'a person mutes it');
select is((select state from v_incidents where id = pg_temp.id('first')), 'muted', 'and it is muted');
select throws_ok(
  $$ select record_incidents(pg_temp.says(0, 'acknowledged'), null, '{}', 'ada') $$, '23503', 'there is no incident 0', 'an unknown incident is refused');
select throws_ok(
  $$ select record_incidents(pg_temp.says(pg_temp.id('first'), 'merged', jsonb_build_object('into', pg_temp.id('first'))), null, '{}', 'ada') $$,
  '22023', null, 'an incident is not part of itself');

insert into ids select 'second', incident_id from record_incidents(jsonb_build_array(
  pg_temp.opened('b') || jsonb_build_object('evidence', pg_temp.evidence() || '{"members": [{"configuration": 2, "metric": "f1", "class": "quality"}]}')),
  pg_temp.seen(), '{github}', 'bench-push 1');
select lives_ok(
  $$ select record_incidents(pg_temp.says(pg_temp.id('second'), 'merged', jsonb_build_object('into', pg_temp.id('first'))), null, '{}', 'ada') $$,
  'one is merged into the other');
select is((select jsonb_array_length(evidence -> 'members') from benchmark_incidents where id = pg_temp.id('first')), 2, 'which has its members');
select throws_ok(
  $$ select record_incidents(pg_temp.says(pg_temp.id('second'), 'resolved'), null, '{}', 'ada') $$, '22023', null, 'what is merged is not resolved by itself');
select lives_ok(
  $$ select record_incidents(pg_temp.says(pg_temp.id('first'), 'resolved', '{"reason": "fixed"}'), pg_temp.seen(), '{}', 'bench-push 1') $$, 'it is resolved');
select lives_ok(
  $$ select record_incidents(jsonb_build_array(pg_temp.opened() || '{"title": "again"}'), pg_temp.seen(), '{}', 'bench-push 1') $$,
  'then the same fingerprint opens another one');
select throws_ok($$ select record_incidents('{}') $$, '22023', null, 'events are an array');
select throws_ok($$ select record_incidents(jsonb_build_array(pg_temp.opened() - 'fingerprint')) $$, '22023', null, 'a new incident has a fingerprint');

-- ── what is kept, and who sees it ──
reset role;
select throws_ok($$ update benchmark_incident_events set kind = 'resolved' $$, '42501', null, 'what happened stays');
set local role anon;
select isnt_empty('select from v_incidents', 'anyone with a key reads incidents');
select throws_ok('select receipt from benchmark_deliveries', '42501', null, 'and not where messages went');
select throws_ok($$ select from claim_deliveries('github') $$, '42501', null, 'nor sends them');

select * from finish();
rollback;
