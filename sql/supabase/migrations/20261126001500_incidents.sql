/*
 * Incidents: what one cause did, until it is handled; and the messages about it.
 *
 *   benchmark_incidents        one row per incident: its state in force and its newest evidence
 *   benchmark_incident_events  what happened to each, by whom and why. Append only
 *   benchmark_deliveries       the outbox: one row per event and sink, leased while it is sent
 *   benchmark_watch            when somebody last looked
 *
 * SQL judges nothing: conditions, causes and events are computed by bench_model::alert. It keeps one
 * open incident per fingerprint, refuses what a state does not allow, and hands each message to one
 * sender at a time.
 */

create table public.benchmark_incidents (
  id          bigint      generated always as identity primary key,
  fingerprint text        not null constraint "fingerprint is a digest" check (fingerprint ~ '^[0-9a-f]{64}$'),
  class       text        not null constraint "class is known" check (class in ('quality', 'stale', 'old_baseline', 'spool')),
  severity    text        not null constraint "severity is known" check (severity in ('note', 'alert')),
  title       text        not null constraint "title is 1 to 500 characters" check (length(title) between 1 and 500),
  state       text        not null default 'open'
    constraint "state is known" check (state in ('open', 'acknowledged', 'muted', 'accepted', 'merged', 'resolved')),
  muted_until timestamptz,
  merged_into bigint      references public.benchmark_incidents (id),
  opened_at   timestamptz not null,
  state_at    timestamptz not null,
  state_by    text        not null,
  reason      text,
  evidence    jsonb       not null constraint "evidence is an object" check (jsonb_typeof(evidence) = 'object'),

  constraint "a mute ends" check ((state = 'muted') = (muted_until is not null)),
  constraint "a merger leads to another incident" check ((state = 'merged') = (merged_into is not null) and merged_into <> id)
);

create unique index benchmark_incidents_once_open on public.benchmark_incidents (fingerprint)
  where state in ('open', 'acknowledged', 'muted');
create index benchmark_incidents_by_state on public.benchmark_incidents (state, state_at);
create index benchmark_incidents_by_target on public.benchmark_incidents (merged_into) where merged_into is not null;

comment on table public.benchmark_incidents is 'What one cause did, over metrics, models and configurations: one row per incident, with its state in force';
comment on column public.benchmark_incidents.fingerprint is 'What two evaluators that see the same call the same; one open incident has it';
comment on column public.benchmark_incidents.evidence is
  'What belongs to it now: cause, span, members and conditions (bench_model::alert::Evidence)';

create table public.benchmark_incident_events (
  id           bigint      generated always as identity primary key,
  incident_id  bigint      not null references public.benchmark_incidents (id),
  kind         text        not null constraint "kind is known" check (
                 kind in ('opened', 'evidence', 'acknowledged', 'muted', 'unmuted', 'accepted', 'merged', 'resolved', 'reopened')),
  at           timestamptz not null,
  set_by       text        not null,
  reason       text,
  muted_until  timestamptz,
  merged_into  bigint      references public.benchmark_incidents (id),
  rules_digest text,
  is_told      boolean     not null,
  evidence     jsonb,
  recorded_at  timestamptz not null default clock_timestamp()
);

create index benchmark_incident_events_by_incident on public.benchmark_incident_events (incident_id, id);
create index benchmark_incident_events_by_target on public.benchmark_incident_events (merged_into) where merged_into is not null;

comment on table public.benchmark_incident_events is 'What happened to each incident, by whom, why and when. Append only';
comment on column public.benchmark_incident_events.at is 'The time that was evaluated, or at which it was said: the log up to here and the rules give the same event again';
comment on column public.benchmark_incident_events.rules_digest is 'SHA-256 of the rules; null for what a person did';
comment on column public.benchmark_incident_events.is_told is 'Whether messages are sent about it; otherwise messages sent before are edited';

create trigger refuse_change before update or delete or truncate on public.benchmark_incident_events
  for each statement execute function benchmark_private.refuse_change();

create table public.benchmark_deliveries (
  id           bigint      generated always as identity primary key,
  event_id     bigint      not null references public.benchmark_incident_events (id),
  incident_id  bigint      not null references public.benchmark_incidents (id),
  sink         text        not null constraint "sink is a short name" check (sink ~ '^[a-z][a-z0-9_-]{0,62}$'),
  attempts     integer     not null default 0,
  leased_until timestamptz,
  settled_at   timestamptz,
  receipt      jsonb,
  failure      text,

  constraint "each event reaches a sink once" unique (event_id, sink)
);

create index benchmark_deliveries_by_incident on public.benchmark_deliveries (incident_id, sink, id);
create index benchmark_deliveries_waiting on public.benchmark_deliveries (sink, id) where settled_at is null;

comment on table public.benchmark_deliveries is 'The outbox of messages: one row per event and sink. Clients without a secret key see that a message was sent, not where to';
comment on column public.benchmark_deliveries.receipt is 'What the sink answered, such as the number of an issue';
comment on column public.benchmark_deliveries.failure is 'Why the last attempt failed; with settled_at, why it was given up';

create table public.benchmark_watch (
  is_only      boolean     primary key default true constraint "there is one row" check (is_only),
  evaluated_at timestamptz not null,
  evaluated_by text        not null,
  rules_digest text
);

comment on table public.benchmark_watch is 'When incidents were last evaluated, and by whom: a watcher that fell silent is seen here';

-- Rights. Receipts and failures name channels and addresses, so clients read the other columns only.
alter table public.benchmark_incidents       enable row level security;
alter table public.benchmark_incident_events enable row level security;
alter table public.benchmark_deliveries      enable row level security;
alter table public.benchmark_watch           enable row level security;

create policy "Anyone with a key may read incidents" on public.benchmark_incidents for select to anon, authenticated using (true);
create policy "Anyone with a key may read what happened to incidents" on public.benchmark_incident_events
  for select to anon, authenticated using (true);
create policy "Anyone with a key may read whether messages were sent" on public.benchmark_deliveries
  for select to anon, authenticated using (true);
create policy "Anyone with a key may read when somebody last looked" on public.benchmark_watch
  for select to anon, authenticated using (true);

revoke all on public.benchmark_incidents, public.benchmark_incident_events, public.benchmark_deliveries, public.benchmark_watch
  from public, anon, authenticated, service_role;
grant select on public.benchmark_incidents, public.benchmark_incident_events, public.benchmark_watch to anon, authenticated, service_role;
grant select on public.benchmark_deliveries to service_role;
grant select (id, event_id, incident_id, sink, attempts, settled_at) on public.benchmark_deliveries to anon, authenticated;
revoke all on sequence public.benchmark_incidents_id_seq, public.benchmark_incident_events_id_seq, public.benchmark_deliveries_id_seq
  from public, anon, authenticated, service_role;

/*
 * v_incidents: every incident with what its messages came to. The inbox of the dashboard.
 *
 * is_open      whether it is not over; a mute that has ended is over, too: state says open again
 * sent, waiting  the sinks that every message has reached, and those that wait for one
 * closed_by    the incident that it is part of, if it was merged
 */
create view public.v_incidents with (security_invoker = true) as
select i.id, i.class, i.severity, i.title,
       case when i.state = 'muted' and i.muted_until <= now() then 'open' else i.state end as state,
       i.state in ('open', 'acknowledged', 'muted') as is_open,
       i.muted_until, i.merged_into, i.opened_at, i.state_at, i.state_by, i.reason,
       i.evidence -> 'cause' as cause, i.evidence -> 'conditions' as conditions,
       (i.evidence ->> 'left_out')::integer as left_out,
       jsonb_array_length(i.evidence -> 'members') as members,
       coalesce(sinks.sent, '{}') as sent, coalesce(sinks.waiting, '{}') as waiting
from public.benchmark_incidents i
cross join lateral (
  select array_agg(of_sink.sink order by of_sink.sink) filter (where of_sink.is_sent) as sent,
         array_agg(of_sink.sink order by of_sink.sink) filter (where not of_sink.is_sent) as waiting
  from (
    select d.sink, bool_and(d.settled_at is not null) as is_sent
    from public.benchmark_deliveries d where d.incident_id = i.id group by d.sink
  ) as of_sink
) as sinks;

comment on view public.v_incidents is 'Incidents with their state in force, what belongs to them, and which sinks were told';

revoke all on public.v_incidents from public, anon, authenticated, service_role;
grant select on public.v_incidents to anon, authenticated, service_role;

/*
 * incident_log(p_at) -> {"now", "seen", "events"}
 *
 * What an evaluation starts from: the time, the number of the newest event, and the events of every
 * incident that is not over, was accepted or merged, or ended in the last 60 days.
 *
 * Called by  `bench-push alert`: POST /rest/v1/rpc/incident_log
 * p_at       only what happened before this time; null for now
 * Returns    now     the time of the database; seen: the newest event, 0 without one
 *            events  in the order of their numbers, as bench_model::alert::Event; of an incident, only its
 *                    first and its newest evidence
 */
create function public.incident_log(p_at timestamptz default null)
  returns json language sql stable security invoker set search_path = ''
as $$
  select json_build_object(
    'now', coalesce(p_at, clock_timestamp()),
    'seen', coalesce((select max(e.id) from public.benchmark_incident_events e where p_at is null or e.at < p_at), 0),
    'events', coalesce((
      select json_agg(json_build_object(
        'id', e.id, 'incident', e.incident_id, 'at', e.at, 'kind', e.kind, 'by', e.set_by, 'reason', e.reason,
        'until', e.muted_until, 'into', e.merged_into, 'rules_digest', e.rules_digest, 'is_told', e.is_told,
        'evidence', case when e.kind = 'opened' or e.id = newest.id then e.evidence end) order by e.id)
      from public.benchmark_incidents i
      join public.benchmark_incident_events e on e.incident_id = i.id
      left join lateral (
        select n.id from public.benchmark_incident_events n
        where n.incident_id = i.id and n.evidence is not null and (p_at is null or n.at < p_at)
        order by n.id desc limit 1
      ) as newest on true
      where (i.state <> 'resolved' or i.state_at > coalesce(p_at, now()) - interval '60 days') and (p_at is null or e.at < p_at)
    ), '[]'))
$$;

comment on function public.incident_log is 'What an evaluation of incidents starts from: the time, and what happened so far';

/*
 * record_incidents(p_events, p_seen, p_sinks, p_by, p_rules_digest, p_at) -> one row per event, in the order of the request
 *
 * Records what an evaluation found, or what a person says, and puts the messages about it into the outbox:
 * all of it or nothing. Calls are serialised.
 *
 * Called by  `bench-push alert`: POST /rest/v1/rpc/record_incidents
 * p_events   at most 1,000; shape: Event in crates/bench-model/src/alert/event.rs, and of one that opens an
 *            incident `fingerprint`; `title` with every evidence
 * p_seen     the newest event that the caller knows; with another one stored nothing is recorded, because
 *            it may have decided otherwise. Null: what a person says holds anyway
 * p_sinks    where messages go, beside the sinks that know the incident
 * p_by       who, for people
 * p_at       the time that was evaluated; null for now
 * Returns    outcome   recorded; known: nothing to add; stale: see p_seen
 *            incident_id, event_id  null unless recorded or known
 * Raises     22023  an event is not valid, or the state of its incident does not allow it
 *            23503  there is no such incident
 * Rights     security definer, as no client may write incidents past this; execute for service_role only
 */
create function public.record_incidents(
  p_events jsonb, p_seen bigint default null, p_sinks text[] default '{}', p_by text default null,
  p_rules_digest text default null, p_at timestamptz default null
)
  returns table (place integer, outcome text, incident_id bigint, event_id bigint)
  language plpgsql volatile rows 10 security definer set search_path = ''
as $$
#variable_conflict use_column
declare
  sent    record;
  known   public.benchmark_incidents;
  problem text;
  at_time timestamptz;
  becomes text;
begin
  if jsonb_typeof(p_events) is distinct from 'array' or jsonb_array_length(p_events) > 1000
     or jsonb_path_exists(p_events, 'strict $[*] ? (@.type() != "object")') then
    raise exception using errcode = '22023', message = 'p_events must be an array of at most 1000 objects',
      hint = 'write [{"incident": 12, "kind": "acknowledged", "is_told": true}]';
  end if;
  perform benchmark_private.refuse_remarks(null, p_by, 'p_by');

  -- Held until the end of the transaction, and the only lock, so callers cannot deadlock.
  lock table public.benchmark_incident_events in share row exclusive mode;

  if p_seen is not null then
    if p_seen is distinct from (select coalesce(max(e.id), 0) from public.benchmark_incident_events e) then
      return query select n::integer, 'stale', null::bigint, null::bigint from generate_series(1, greatest(jsonb_array_length(p_events), 1)) as n;
      return;
    end if;
    insert into public.benchmark_watch as w (evaluated_at, evaluated_by, rules_digest)
    values (coalesce(p_at, clock_timestamp()), coalesce(p_by, 'unknown'), p_rules_digest)
    on conflict (is_only) do update set (evaluated_at, evaluated_by, rules_digest) =
      (greatest(w.evaluated_at, excluded.evaluated_at), excluded.evaluated_by, excluded.rules_digest);
  end if;

  for sent in
    select given.place::integer as place, e.*, e."into" as target
    from jsonb_array_elements(p_events) with ordinality as given (json, place)
    cross join lateral jsonb_to_record(given.json) as e (
      incident bigint, kind text, reason text, until timestamptz, "into" bigint, is_told boolean,
      evidence jsonb, title text, fingerprint text)
    order by given.place
  loop
    at_time := coalesce(p_at, clock_timestamp());
    place := sent.place;
    outcome := 'recorded';
    event_id := null;
    perform benchmark_private.refuse_remarks(sent.reason, null, 'by');
    problem := case
      when sent.kind is null or sent.kind not in ('opened', 'evidence', 'acknowledged', 'muted', 'unmuted', 'accepted', 'merged', 'resolved', 'reopened')
        then format('kind must be opened, evidence, acknowledged, muted, unmuted, accepted, merged, resolved or reopened, found "%s"', left(sent.kind, 80))
      when sent.kind in ('opened', 'evidence', 'reopened') and jsonb_typeof(sent.evidence) is distinct from 'object' then 'its evidence must be an object'
      when sent.kind = 'opened' and (sent.fingerprint ~ '^[0-9a-f]{64}$') is not true then 'its fingerprint must be a SHA-256'
      when sent.evidence is not null and (length(sent.title) between 1 and 500) is not true then 'its title must have 1 to 500 characters'
      when sent.kind = 'muted' and (isfinite(sent.until) and sent.until > at_time) is not true then 'a mute must end at a time in the future'
      when sent.kind <> 'opened' and sent.kind in ('acknowledged', 'accepted') and sent.evidence is not null then 'only an evaluation brings evidence'
    end;
    if problem is not null then
      raise exception using errcode = '22023', message = format('event %s: %s', sent.place, problem), hint = 'nothing was recorded';
    end if;

    if sent.kind = 'opened' then
      select i.* into known from public.benchmark_incidents i
      where i.fingerprint = sent.fingerprint and i.state in ('open', 'acknowledged', 'muted');
      if found then
        outcome := 'known';
        incident_id := known.id;
        return next;
        continue;
      end if;
      insert into public.benchmark_incidents as i (fingerprint, class, severity, title, opened_at, state_at, state_by, reason, evidence)
      values (sent.fingerprint, sent.evidence ->> 'class', sent.evidence ->> 'severity', sent.title, at_time, at_time,
              coalesce(p_by, 'unknown'), sent.reason, sent.evidence)
      returning i.* into known;
    else
      select i.* into known from public.benchmark_incidents i where i.id = sent.incident;
      if not found then
        raise exception using errcode = '23503', message = format('there is no incident %s', coalesce(sent.incident::text, 'without a number')),
          hint = 'the number is benchmark_incidents.id, which bench-push alert list prints';
      end if;
      becomes := case sent.kind when 'acknowledged' then 'acknowledged' when 'muted' then 'muted' when 'accepted' then 'accepted'
        when 'merged' then 'merged' when 'resolved' then 'resolved' when 'evidence' then known.state else 'open' end;
      if becomes = known.state and becomes <> 'open' and sent.kind <> 'evidence' and sent.until is not distinct from known.muted_until
         and sent.target is not distinct from known.merged_into and sent.reason is not distinct from known.reason then
        outcome := 'known';
        incident_id := known.id;
        return next;
        continue;
      end if;
      problem := case
        when sent.kind = 'reopened' and known.state in ('open', 'acknowledged', 'muted') then 'is open'
        when sent.kind not in ('reopened', 'accepted') and known.state not in ('open', 'acknowledged', 'muted')
          then format('is %s already', known.state)
        when sent.kind = 'accepted' and known.state = 'merged' then format('is part of incident %s: accept that one', known.merged_into)
        when sent.kind = 'merged' and (sent.target = known.id) is not false then 'can only be merged into another one'
        when sent.kind = 'merged' and not exists (
               select from public.benchmark_incidents t where t.id = sent.target and t.class = known.class and t.state in ('open', 'acknowledged', 'muted'))
          then format('cannot be merged into %s: that is not an open incident of its class', sent.target)
      end;
      if problem is not null then
        raise exception using errcode = '22023', message = format('incident %s %s', known.id, problem),
          hint = 'nothing was recorded; `bench-push alert list` shows the incidents';
      end if;
      update public.benchmark_incidents i
      set state = becomes,
          muted_until = case when becomes = 'muted' then coalesce(sent.until, known.muted_until) end,
          merged_into = case when becomes = 'merged' then coalesce(sent.target, known.merged_into) end,
          state_at = case when sent.kind = 'evidence' then i.state_at else at_time end,
          state_by = case when sent.kind = 'evidence' then i.state_by else coalesce(p_by, 'unknown') end,
          reason = case when sent.kind = 'evidence' then i.reason else sent.reason end,
          evidence = coalesce(sent.evidence, i.evidence),
          severity = coalesce(sent.evidence ->> 'severity', i.severity),
          title = coalesce(sent.title, i.title)
      where i.id = known.id;
      -- What belongs to a merged incident belongs to the other one from now on.
      if sent.kind = 'merged' then
        update public.benchmark_incidents t
        set evidence = jsonb_set(t.evidence, '{members}', (
          select jsonb_agg(m.member order by m.member ->> 'configuration', m.member ->> 'metric')
          from (select jsonb_array_elements(t.evidence -> 'members') as member
                union select jsonb_array_elements(known.evidence -> 'members')) as m))
        where t.id = sent.target;
      end if;
    end if;

    incident_id := known.id;
    insert into public.benchmark_incident_events as e (incident_id, kind, at, set_by, reason, muted_until, merged_into, rules_digest, is_told, evidence)
    values (known.id, sent.kind, at_time, coalesce(p_by, 'unknown'), sent.reason, sent.until, sent.target, p_rules_digest, coalesce(sent.is_told, false), sent.evidence)
    returning e.id into event_id;

    -- News go to every sink; an edit only to those that have something to edit.
    insert into public.benchmark_deliveries (event_id, incident_id, sink)
    select event_id, known.id, s.sink
    from (
      select unnest(p_sinks) as sink where sent.is_told
      union
      select d.sink from public.benchmark_deliveries d where d.incident_id = known.id
    ) as s
    order by s.sink;
    return next;
  end loop;
end $$;

comment on function public.record_incidents is 'Records what an evaluation found or a person says about incidents, with the messages about it, all or nothing';

/*
 * claim_deliveries(p_sink, p_lease_seconds, p_most) -> messages to send
 *
 * Leases messages of a sink to the caller: until the lease ends, no one else gets them. Of an incident,
 * the oldest unsettled message comes alone, so that nobody reads the end before the beginning. Open
 * incidents that the sink has never heard of are put into the outbox first.
 *
 * Called by  `bench-push alert send`: POST /rest/v1/rpc/claim_deliveries
 * p_lease_seconds  1 to 3600
 * p_most     1 to 100
 * Returns    attempts  including this one: from 2 on, an earlier sender may have reached the sink
 *            event     as in incident_log
 *            evidence  the newest of the incident
 *            receipt   the newest receipt of this sink about this incident; null without one
 * Rights     security definer, as no client may write the outbox past this; execute for service_role only
 */
create function public.claim_deliveries(p_sink text, p_lease_seconds integer default 120, p_most integer default 10)
  returns table (
    id bigint, attempts integer, incident_id bigint, title text, state text, severity text, class text, fingerprint text, opened_at timestamptz,
    muted_until timestamptz, merged_into bigint, state_by text, reason text, event json, evidence jsonb, receipt jsonb
  )
  language plpgsql volatile rows 10 security definer set search_path = ''
as $$
#variable_conflict use_column
begin
  if (p_lease_seconds between 1 and 3600 and p_most between 1 and 100) is not true then
    raise exception using errcode = '22023', message = 'p_lease_seconds must be 1 to 3600 and p_most 1 to 100', hint = 'nothing was claimed';
  end if;

  -- A sink that was set up later hears of what is open.
  insert into public.benchmark_deliveries (event_id, incident_id, sink)
  select distinct on (i.id) e.id, i.id, p_sink
  from public.benchmark_incidents i
  join public.benchmark_incident_events e on e.incident_id = i.id and e.is_told and e.kind in ('opened', 'evidence', 'unmuted', 'reopened')
  where i.severity = 'alert' and i.state in ('open', 'acknowledged')
    and not exists (select from public.benchmark_deliveries d where d.incident_id = i.id and d.sink = p_sink)
  order by i.id, e.id desc
  on conflict do nothing;

  return query
  with chosen as (
    select d.id
    from public.benchmark_deliveries d
    where d.sink = p_sink and d.settled_at is null and (d.leased_until is null or d.leased_until <= clock_timestamp())
      and not exists (
        select from public.benchmark_deliveries before
        where before.incident_id = d.incident_id and before.sink = d.sink and before.id < d.id and before.settled_at is null)
    order by d.id limit p_most
    for update skip locked
  ), leased as (
    update public.benchmark_deliveries d
    set leased_until = clock_timestamp() + make_interval(secs => p_lease_seconds), attempts = d.attempts + 1
    from chosen where d.id = chosen.id
    returning d.id, d.attempts, d.event_id, d.incident_id
  )
  select l.id, l.attempts, i.id, i.title, i.state, i.severity, i.class, i.fingerprint, i.opened_at,
         i.muted_until, i.merged_into, i.state_by, i.reason,
         json_build_object(
           'id', e.id, 'incident', e.incident_id, 'at', e.at, 'kind', e.kind, 'by', e.set_by, 'reason', e.reason,
           'until', e.muted_until, 'into', e.merged_into, 'rules_digest', e.rules_digest, 'is_told', e.is_told, 'evidence', e.evidence),
         i.evidence,
         (select r.receipt from public.benchmark_deliveries r
          where r.incident_id = l.incident_id and r.sink = p_sink and r.receipt is not null order by r.id desc limit 1)
  from leased l
  join public.benchmark_incidents i on i.id = l.incident_id
  join public.benchmark_incident_events e on e.id = l.event_id
  order by l.id;
end $$;

comment on function public.claim_deliveries is 'Leases messages of a sink to the caller';

/*
 * settle_delivery(p_id, p_receipt, p_failure, p_again_after_seconds) -> whether it was still unsettled
 *
 * Says what became of a message.
 *
 * Called by  `bench-push alert send`: POST /rest/v1/rpc/settle_delivery
 * p_receipt  what the sink answered; with it the message is done
 * p_failure  why it failed. With p_again_after_seconds somebody may try again after so many; without,
 *            it is given up
 * Returns    false when it was settled before (nothing changes)
 * Raises     22023  neither or both of p_receipt and p_failure
 *            23503  there is no such message
 * Rights     security definer, as no client may write the outbox past this; execute for service_role only
 */
create function public.settle_delivery(
  p_id bigint, p_receipt jsonb default null, p_failure text default null, p_again_after_seconds integer default null
)
  returns boolean language plpgsql volatile security definer set search_path = ''
as $$
declare
  is_settled boolean;
begin
  if (p_receipt is null) = (p_failure is null) then
    raise exception using errcode = '22023', message = 'a message was sent, with a receipt, or not, with a failure', hint = 'give one of the two';
  end if;
  select d.settled_at is not null into is_settled from public.benchmark_deliveries d where d.id = p_id for update;
  if not found then
    raise exception using errcode = '23503', message = format('there is no message %s', coalesce(p_id::text, 'without a number')),
      hint = 'the number is benchmark_deliveries.id, as claim_deliveries returns it';
  elsif is_settled then
    return false;
  end if;
  update public.benchmark_deliveries d
  set receipt = coalesce(p_receipt, d.receipt),
      failure = case when p_receipt is null then left(p_failure, 1000) end,
      settled_at = case when p_again_after_seconds is null then clock_timestamp() end,
      leased_until = clock_timestamp() + make_interval(secs => least(greatest(coalesce(p_again_after_seconds, 0), 0), 86400))
  where d.id = p_id;
  return true;
end $$;

comment on function public.settle_delivery is 'Says what became of a message: sent, to be tried again, or given up';

-- Grants.
revoke execute on function public.incident_log from public;
revoke execute on function public.record_incidents, public.claim_deliveries, public.settle_delivery from public, anon, authenticated;
grant  execute on function public.incident_log to anon, authenticated, service_role;
grant  execute on function public.record_incidents, public.claim_deliveries, public.settle_delivery to service_role;
