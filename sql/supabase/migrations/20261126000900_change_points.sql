/*
 * Change points: where the level of a metric moved, and people's decisions on it.
 *
 *   suspect    one outlying run; another run would decide
 *   confirmed  the level moved
 *   accepted   it moved, and the new level counts from here on
 *   dismissed  it did not move, or the change does not matter
 *
 * Both tables are append only and written by two functions. SQL computes nothing about them: it
 * keeps one row per change, no matter how often it is found.
 */

/*
 * change_point_state(p_id) -> the row of benchmark_change_point_states in force, or no row
 */
create function benchmark_private.change_point_state(p_id bigint)
  returns setof public.benchmark_change_point_states language sql stable rows 1 security invoker set search_path = ''
as $$
  select s.* from public.benchmark_change_point_states s where s.change_point_id = p_id order by s.id desc limit 1
$$;

/*
 * v_change_points: every change point with its state in force, the runs around it, and its effect on
 * the metric.
 *
 * effect: regressed or improved, by the direction of the metric; changed when the metric has no
 * direction. earliest_… and latest_… are the runs between which the cause lies. A change whose first
 * run does not count (see v_main_line) is not there: the next check finds it again where it counts.
 */
create view public.v_change_points with (security_invoker = true) as
select p.id, p.configuration_id,
       c.model_version, c.dataset_version, c.prompt_version, c.environment,
       p.metric, meaning.unit, meaning.direction, meaning.scale,
       case sign(benchmark_private.worse_by(p.after::numeric, p.before::numeric, meaning.direction, 'absolute'))
         when 1 then 'regressed' when -1 then 'improved' else 'changed'
       end as effect,
       said.state, said.reason, said.set_by, said.set_at,
       p.kind, p.before, p.after, p.delta, p.delta_low, p.delta_high, p.relative, p.in_noise, p.p_value,
       p.method, p.found_by, p.recorded_at,
       p.transaction_id, p.began_at, p.began_version, run.commit_sha, run.branch_name, run.model_provider, run.run_id,
       p.earliest_transaction_id, earliest.version as earliest_version, earliest.commit_sha as earliest_commit_sha,
       earliest.created_at as earliest_created_at,
       p.latest_transaction_id, latest.version as latest_version, latest.commit_sha as latest_commit_sha,
       latest.created_at as latest_created_at
from public.benchmark_change_points p
join public.benchmark_configurations c on c.id = p.configuration_id
join public.v_main_line run on run.id = p.transaction_id
join public.benchmark_transactions earliest on earliest.id = p.earliest_transaction_id
join public.benchmark_transactions latest on latest.id = p.latest_transaction_id
cross join lateral public.metric_definition(p.metric) as meaning
cross join lateral benchmark_private.change_point_state(p.id) as said;

comment on view public.v_change_points is 'Where a metric''s level moved: the state in force, the effect, and the runs around it';

revoke all on public.v_change_points from public, anon, authenticated, service_role;
grant select on public.v_change_points to anon, authenticated, service_role;

/*
 * record_change_points(p_points) -> one row per point, in the order of the request
 *
 * Stores the changes found by the statistics, each once. A change equals a stored one if it is in the
 * same series (configuration and metric), has the same direction, and its interval of runs overlaps
 * the stored one or is at most 5 runs away, as in stats::judge: the place can move a little with more
 * runs. Then nothing is stored, except that a suspected change becomes confirmed, even a dismissed
 * suspicion, because more runs are new evidence. A change that was confirmed and then accepted or
 * dismissed by a person keeps that state.
 *
 * Calls are serialised, so two checks of one run store one change.
 *
 * Called by  `bench-push check`: POST /rest/v1/rpc/record_change_points
 * p_points   at most 1,000; shape: ChangePointFound in crates/bench-model/src/rest/change_points.rs
 *            transaction_id  the first run of the new level
 *            earliest_transaction_id, latest_transaction_id  the same run when absent
 *            metric, kind, before, after, method  required
 *            state  suspect or confirmed
 *            delta_low, delta_high, relative, in_noise, p_value, found_by, reason  optional
 * Returns    outcome  recorded: new; confirmed: was a suspicion; known: nothing changed
 *            state    the one in force now
 * Raises     22023  a point is not valid
 *            23503  a run does not exist
 * Rights     security definer, as no client may write change points past this; execute for service_role only
 */
create function public.record_change_points(p_points jsonb)
  returns table (id bigint, transaction_id uuid, metric text, state text, outcome text)
  language plpgsql volatile rows 10 security definer set search_path = ''
as $$
#variable_conflict use_column
declare
  point    record;
  wrong    record;
  known    record;
  problem  text;
  claimed  bigint[] := '{}'::bigint[];
begin
  if jsonb_typeof(p_points) is distinct from 'array' or jsonb_array_length(p_points) > 1000
     or jsonb_path_exists(p_points, 'strict $[*] ? (@.type() != "object")') then
    raise exception using errcode = '22023', message = 'p_points must be an array of at most 1000 objects',
      hint    = 'write [{"transaction_id": "…", "metric": "f1", "kind": "step", "state": "confirmed", "before": 0.9, "after": 0.8, "method": "…"}]';
  end if;

  -- Held until the end of the transaction, and the only lock, so callers cannot deadlock.
  lock table public.benchmark_change_points in share row exclusive mode;

  for point in
    select sent.*, given.place,
           began.configuration_id as configuration_id, began.created_at as began_at, began.version as began_version,
           earliest.id as earliest_run, earliest.configuration_id as earliest_configuration,
           earliest.created_at as earliest_at, earliest.version as earliest_version,
           latest.id as latest_run, latest.configuration_id as latest_configuration,
           latest.created_at as latest_at, latest.version as latest_version
    from jsonb_array_elements(p_points) with ordinality as given (json, place)
    cross join lateral jsonb_to_record(given.json) as sent (
      transaction_id uuid, earliest_transaction_id uuid, latest_transaction_id uuid,
      metric text, kind text, state text, before double precision, after double precision,
      delta_low double precision, delta_high double precision, relative double precision,
      in_noise double precision, p_value double precision, method text, found_by text, reason text)
    left join public.benchmark_transactions began on began.id = sent.transaction_id
    left join public.benchmark_transactions earliest on earliest.id = coalesce(sent.earliest_transaction_id, sent.transaction_id)
    left join public.benchmark_transactions latest on latest.id = coalesce(sent.latest_transaction_id, sent.transaction_id)
    order by given.place
  loop
    if point.configuration_id is null or point.earliest_configuration is null or point.latest_configuration is null then
      raise exception using errcode = '23503',
        message = format('there is no run %s', coalesce(case
          when point.configuration_id is null then point.transaction_id
          when point.earliest_configuration is null then point.earliest_transaction_id
          else point.latest_transaction_id end::text, 'without an id')),
        hint    = 'the ids are those of benchmark_transactions, which bench-push prints and the dashboard shows';
    end if;

    select t.name, benchmark_private.text_problem(t.value, t.most, t.name = 'reason') as problem into wrong
    from (values ('metric', point.metric, 100), ('method', point.method, 255), ('found_by', point.found_by, 255),
                 ('reason', point.reason, 10000)) as t (name, value, most)
    where benchmark_private.text_problem(t.value, t.most, t.name = 'reason') is not null limit 1;

    problem := case
      when point.earliest_configuration <> point.configuration_id or point.latest_configuration <> point.configuration_id
        then 'its three runs must be of one configuration'
      when (point.earliest_at, point.earliest_version) > (point.began_at, point.began_version)
        or (point.latest_at, point.latest_version) < (point.began_at, point.began_version)
        then 'its first run must lie between the earliest and the latest'
      when point.metric is null then 'metric is missing'
      when wrong.problem is not null then format('%s %s', wrong.name, wrong.problem)
      when point.kind is null or point.kind not in ('step', 'recent', 'exact', 'drift')
        then format('kind must be step, recent, exact or drift, found "%s"', left(point.kind, 80))
      when point.state is null or point.state not in ('suspect', 'confirmed')
        then format('state must be suspect or confirmed, found "%s"', left(point.state, 80))
      when (abs(point.before) <= 1e307 and abs(point.after) <= 1e307 and point.before <> point.after) is not true
        then 'before and after must be two different finite numbers'
      when point.p_value not between 0 and 1 then format('p_value must be between 0 and 1, found %s', point.p_value)
      when (greatest(abs(point.delta_low), abs(point.delta_high), abs(point.relative), abs(point.in_noise)) > 1e308) is true
        then 'delta_low, delta_high, relative and in_noise must be finite numbers'
      when point.method is null then 'method is missing: which statistics found it'
    end;
    if problem is not null then
      raise exception using errcode = '22023', message = format('change point %s: %s', point.place, problem),
        hint    = 'nothing was stored';
    end if;

    -- The nearest equal stored change; each stored one matches at most one point, so that two steps
    -- close together stay two.
    select stored.id, stored.ever_confirmed, stored.last_state into known
    from (
      select p.id,
             exists (select from public.benchmark_change_point_states s
                     where s.change_point_id = p.id and s.state in ('confirmed', 'accepted')) as ever_confirmed,
             (select s.state from benchmark_private.change_point_state(p.id) as s) as last_state,
             p.transaction_id = point.transaction_id as is_same_run,
             benchmark_private.runs_between(p.configuration_id, p.began_at, p.began_version, point.began_at, point.began_version) as distance
      from public.benchmark_change_points p
      join public.benchmark_transactions earliest on earliest.id = p.earliest_transaction_id
      join public.benchmark_transactions latest on latest.id = p.latest_transaction_id
      join public.v_main_line began on began.id = p.transaction_id
      where p.configuration_id = point.configuration_id and p.metric = point.metric
        and (p.after > p.before) = (point.after > point.before)
        and p.id <> all (claimed)
        and benchmark_private.runs_between(p.configuration_id, latest.created_at, latest.version, point.earliest_at, point.earliest_version) <= 5
        and benchmark_private.runs_between(p.configuration_id, point.latest_at, point.latest_version, earliest.created_at, earliest.version) <= 5
    ) as stored
    order by stored.is_same_run desc, stored.distance, stored.id limit 1;

    if known.id is null then
      insert into public.benchmark_change_points as p (
        configuration_id, metric, transaction_id, earliest_transaction_id, latest_transaction_id, began_at, began_version,
        kind, before, after, delta_low, delta_high, relative, in_noise, p_value, method, found_by
      )
      values (
        point.configuration_id, point.metric, point.transaction_id, point.earliest_run, point.latest_run, point.began_at, point.began_version,
        point.kind, point.before, point.after, point.delta_low, point.delta_high, point.relative, point.in_noise,
        point.p_value, point.method, point.found_by
      )
      returning p.id into id;
      outcome := 'recorded';
      state := point.state;
    else
      id := known.id;
      outcome := case when point.state = 'confirmed' and not known.ever_confirmed then 'confirmed' else 'known' end;
      state := case when outcome = 'confirmed' then 'confirmed' else known.last_state end;
    end if;
    claimed := claimed || id;

    if outcome <> 'known' then
      insert into public.benchmark_change_point_states (change_point_id, state, reason, set_by)
      values (id, state, point.reason, point.found_by);
    end if;
    transaction_id := point.transaction_id;
    metric := point.metric;
    return next;
  end loop;
end $$;

/*
 * runs_between(configuration, from time, from version, to time, to version) -> steps from the one to the other
 *
 * Counts the runs of the main line after the first place up to the second, in the order of time and version.
 *
 * Called by  record_change_points, to check whether two places are close
 * Returns    0 when the second is not after the first; at most 10
 */
create function benchmark_private.runs_between(
  p_configuration_id integer, p_from timestamptz, p_from_version integer, p_to timestamptz, p_to_version integer
)
  returns bigint language sql stable security invoker set search_path = ''
as $$
  select count(*)
  from (
    select from public.v_main_line t
    where t.configuration_id = p_configuration_id
      and t.created_at between p_from and p_to
      and (t.created_at, t.version) > (p_from, p_from_version)
      and (t.created_at, t.version) <= (p_to, p_to_version)
    limit 10
  ) as steps
$$;

/*
 * set_change_point_state(p_id, p_state, p_reason, p_set_by, p_only_if) -> the row in force
 *
 * Sets the state of a change point. Earlier states stay in its history, and a state without a reason
 * keeps the previous reason.
 *
 * Called by  `bench-push change-point`: POST /rest/v1/rpc/set_change_point_state
 * p_state    suspect, confirmed, accepted (the new level is the one that counts) or dismissed
 * p_reason   why, for people; null keeps an earlier one: the newest reason given for this state,
 *            otherwise the newest explanation of the change. The reason for dismissing it is not
 *            used for accepting it
 * p_set_by   who, for people
 * p_only_if  change it only when this is the state in force, else leave it; null for always
 * Returns    the row in force now; repeating the same state, or a state other than p_only_if, adds
 *            no row
 * Raises     22023  the state is unknown, or a text is not one (see text_problem)
 *            23503  there is no such change point
 * Rights     security definer, as no client may write change points past this; execute for service_role only
 */
create function public.set_change_point_state(
  p_id bigint, p_state text, p_reason text default null, p_set_by text default null, p_only_if text default null
)
  returns public.benchmark_change_point_states language plpgsql volatile security definer set search_path = ''
as $$
declare
  in_force public.benchmark_change_point_states;
  reason_in_force text;
begin
  if p_state is null or p_state not in ('suspect', 'confirmed', 'accepted', 'dismissed') then
    raise exception using errcode = '22023',
      message = format('a change point''s state must be suspect, confirmed, accepted or dismissed, found "%s"', left(p_state, 80)),
      hint    = 'accepted: the new level is the one that counts; dismissed: there was no change, or the change does not matter';
  end if;

  perform benchmark_private.refuse_remarks(p_reason, p_set_by, 'set_by');

  -- The same lock as record_change_points, so that neither acts on an outdated state.
  lock table public.benchmark_change_points in share row exclusive mode;

  select s.* into in_force from benchmark_private.change_point_state(p_id) as s;
  if not found then
    raise exception using errcode = '23503',
      message = format('there is no change point %s', coalesce(p_id::text, 'without a number')),
      hint    = 'the number is benchmark_change_points.id, which bench-push check and history print';
  end if;

  reason_in_force := coalesce(p_reason, (
    select s.reason
    from public.benchmark_change_point_states s
    where s.change_point_id = p_id and s.reason is not null and s.state in (p_state, 'confirmed', 'suspect')
    order by s.state = p_state desc, s.id desc limit 1));

  if in_force.state is distinct from coalesce(p_only_if, in_force.state)
     or (in_force.state = p_state
         and in_force.reason is not distinct from reason_in_force and in_force.set_by is not distinct from p_set_by) then
    return in_force;
  end if;

  insert into public.benchmark_change_point_states as s (change_point_id, state, reason, set_by)
  values (p_id, p_state, reason_in_force, p_set_by)
  returning s.* into in_force;
  return in_force;
end $$;

comment on function public.record_change_points is 'Stores change points, each once, however often it is found';
comment on function public.set_change_point_state is 'Confirms a change point, accepts it as the new level, or dismisses it; its history stays';

-- Grants.
revoke execute on function benchmark_private.change_point_state, benchmark_private.runs_between from public;
revoke execute on function public.record_change_points, public.set_change_point_state from public, anon, authenticated;
grant  execute on function benchmark_private.change_point_state to anon, authenticated, service_role;
grant  execute on function public.record_change_points, public.set_change_point_state to service_role;
