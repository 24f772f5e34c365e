/*
 * set_change_point_state(p_id, p_state, p_reason, p_set_by, p_only_if) -> the row in force
 *
 * Says what became of a change point. What was said before stays in its history. As before, except that a
 * state without a reason keeps the reason that there was.
 *
 * Called by  `bench-push change-point`: POST /rest/v1/rpc/set_change_point_state
 * p_state    suspect, confirmed, accepted (the new level is the one that counts) or dismissed
 * p_reason   why, for people; null keeps what was said before: the newest reason given for this
 *            state, else the newest that says why the level moved. Why one dismissed it is no reason
 *            to accept it
 * p_set_by   who, for people
 * p_only_if  change it only when this is the state in force, else leave it; null for always
 * Returns    the row in force now; saying the same again, or meeting another state than p_only_if,
 *            adds no row
 * Raises     22023  the state is none of the four
 *            23503  there is no such change point
 * Rights     security definer, so that clients need no right to write the table; execute for
 *            service_role only
 */
create or replace function public.set_change_point_state(
  p_id bigint, p_state text, p_reason text default null, p_set_by text default null, p_only_if text default null
)
  returns public.benchmark_change_point_states
  language plpgsql volatile security definer set search_path = ''
as $$
declare
  in_force public.benchmark_change_point_states;
  reason_in_force text;
begin
  if p_state is null or p_state not in ('suspect', 'confirmed', 'accepted', 'dismissed') then
    raise exception using
      errcode = '22023',
      message = format('a change point''s state must be suspect, confirmed, accepted or dismissed, found "%s"', left(p_state, 80)),
      hint    = 'accepted: the new level is the one that counts; dismissed: there was no change, or nobody should care';
  end if;

  -- The same lock as record_change_points, so that neither says something about a state that is gone.
  lock table public.benchmark_change_points in share row exclusive mode;

  select s.* into in_force
  from public.benchmark_change_point_states s
  where s.change_point_id = p_id
  order by s.id desc limit 1;
  if not found then
    raise exception using
      errcode = '23503',
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
