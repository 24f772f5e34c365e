/*
 * Immutability: what was measured stays as it was measured.
 *
 * No role has the right to change a run (see the rights), and the owner of the tables, who needs
 * no right, is stopped by these triggers. Append only in the same way: the history of baselines.
 */

/*
 * refuse_change() -> trigger
 *
 * Refuses every update, delete and truncate, also one that would touch no row.
 *
 * Raises     42501  always
 * Rights     security invoker; a trigger function, callable by no one
 */
create function benchmark_private.refuse_change()
  returns trigger
  language plpgsql volatile security invoker set search_path = ''
as $$
begin
  raise exception using
    errcode = '42501',
    message = format('%s is append only: %s is refused', tg_table_name, lower(tg_op)),
    hint    = case tg_table_name
                when 'benchmark_transactions'
                  then 'a run stays as it was measured; push a new run instead, and say in its notes what was wrong with the old one'
                else 'mark another run with set_baseline, or end this baseline with clear_baseline'
              end;
end $$;

revoke execute on function benchmark_private.refuse_change() from public;

create trigger refuse_change
  before update or delete or truncate on public.benchmark_transactions
  for each statement execute function benchmark_private.refuse_change();

create trigger refuse_change
  before update or delete or truncate on public.benchmark_baselines
  for each statement execute function benchmark_private.refuse_change();
