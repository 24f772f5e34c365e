/*
 * The main line: the runs that make the history.
 *
 * A run counts if it belongs to the main line and is not retracted. What counts makes snapshots,
 * daily sums, levels and baselines. Side runs (pull requests, other branches) and retracted runs stay
 * readable, in benchmark_transactions, list_runs and search_runs.
 */

create view public.v_retractions_in_force with (security_invoker = true) as
select said.*
from public.benchmark_retractions said
where said.is_retracted and not exists (
  select from public.benchmark_retractions later where later.transaction_id = said.transaction_id and later.id > said.id
);

comment on view public.v_retractions_in_force is 'The runs that are retracted: by whom, when, why, and which run stands in their place';

create view public.v_main_line with (security_invoker = true) as
select run.*
from public.benchmark_transactions run
where run.is_mainline and not exists (select from public.v_retractions_in_force r where r.transaction_id = run.id);

comment on view public.v_main_line is 'The runs that count: those of the main line that are not retracted';

revoke all on public.v_retractions_in_force, public.v_main_line from public, anon, authenticated, service_role;
grant select on public.v_retractions_in_force, public.v_main_line to anon, authenticated, service_role;

/*
 * retraction(run) -> {"reason": …, "instead": …, "set_by": …, "set_at": …}, or null if it is not retracted
 *
 * Why a run does not count.
 *
 * Called by  PostgREST, as a column: GET /rest/v1/benchmark_transactions?select=id,retraction, also of
 *            rpc/list_runs and rpc/search_runs
 */
create function public.retraction(run public.benchmark_transactions)
  returns jsonb language sql stable security invoker set search_path = ''
as $$
  select case when newest.is_retracted then jsonb_build_object(
           'reason', newest.reason, 'instead', newest.instead_transaction_id, 'set_by', newest.set_by, 'set_at', newest.set_at) end
  from (
    select r.* from public.benchmark_retractions r where r.transaction_id = run.id order by r.id desc limit 1
  ) as newest
$$;

comment on function public.retraction is 'Why a run does not count: reason, instead, set_by, set_at; null if it is not retracted';

-- Grants.
revoke execute on function public.retraction from public;
grant  execute on function public.retraction to anon, authenticated, service_role;
