/*
 * Immutability: a stored run never changes.
 *
 * No role has the right to change a run, and these triggers stop the owner of the tables, who needs
 * no right. The histories of retractions, baselines, change points and declarations of metrics are
 * append only too.
 */

/*
 * refuse_change() -> trigger
 *
 * Refuses every update, delete and truncate, also one that would touch no row.
 *
 * Raises     42501  always
 */
create function benchmark_private.refuse_change()
  returns trigger language plpgsql volatile security invoker set search_path = ''
as $$
begin
  raise exception using errcode = '42501', message = format('%s is append only: %s is refused', tg_table_name, lower(tg_op)),
    hint    = case
                when tg_table_name = 'benchmark_transactions'
                  then 'a run stays as it was measured; take it back with retract_run, or `bench-push retract`, and push a new one'
                when tg_table_name = 'benchmark_retractions' then 'take the run back with retract_run, or let it count again with restore_run'
                when tg_table_name like 'benchmark\_change\_point%'
                  then 'set another state with set_change_point_state, or `bench-push change-point`'
                when tg_table_name = 'benchmark_metric_declarations'
                  then 'state something else with set_metric, or `bench-push metric set`'
                when tg_table_name = 'benchmark_incident_events'
                  then 'say what is so now with record_incidents, or `bench-push alert`'
                else 'mark another run with set_baseline, or end this baseline with clear_baseline'
              end;
end $$;

create trigger refuse_change before update or delete or truncate on public.benchmark_transactions
  for each statement execute function benchmark_private.refuse_change();
create trigger refuse_change before update or delete or truncate on public.benchmark_retractions
  for each statement execute function benchmark_private.refuse_change();
create trigger refuse_change before update or delete or truncate on public.benchmark_baselines
  for each statement execute function benchmark_private.refuse_change();
create trigger refuse_change before update or delete or truncate on public.benchmark_change_points
  for each statement execute function benchmark_private.refuse_change();
create trigger refuse_change before update or delete or truncate on public.benchmark_change_point_states
  for each statement execute function benchmark_private.refuse_change();
create trigger refuse_change before update or delete or truncate on public.benchmark_metric_declarations
  for each statement execute function benchmark_private.refuse_change();

-- Grants.
revoke execute on function benchmark_private.refuse_change from public;
