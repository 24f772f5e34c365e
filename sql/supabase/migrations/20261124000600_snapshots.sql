/*
 * Snapshots: the newest run of each configuration, kept in the transaction that stores the run.
 */

/*
 * keep_snapshots() -> trigger
 *
 * Shows the newest of the runs just stored, unless the run shown is newer still: a backfill counts
 * in snapshot_version and does not replace. Of two runs of the same time the later arrival is shown.
 *
 * Sees the runs of one statement together. Their configurations are locked by admit_run, so no
 * other transaction can be at work on the same rows.
 *
 * Rights     security definer: clients may not write snapshots; a trigger function, callable by no one
 */
create function benchmark_private.keep_snapshots()
  returns trigger
  language plpgsql volatile security definer set search_path = ''
as $$
begin
  insert into public.benchmark_snapshots as shown (
    configuration_id, model_version, dataset_version, prompt_version, environment,
    snapshot_version, last_updated_at,
    transaction_id, created_at, commit_sha, model_provider, metrics
  )
  select distinct on (run.configuration_id)
    run.configuration_id, run.model_version, run.dataset_version, run.prompt_version, run.environment,
    max(run.version) over arrivals, max(run.recorded_at) over arrivals,
    run.id, run.created_at, run.commit_sha, run.model_provider, run.metrics
  from new_runs as run
  window arrivals as (partition by run.configuration_id)
  order by run.configuration_id, run.created_at desc, run.version desc
  on conflict (configuration_id) do update set
    snapshot_version = excluded.snapshot_version,
    last_updated_at  = excluded.last_updated_at,
    (transaction_id, created_at, commit_sha, model_provider, metrics, is_active, is_baseline) = (
      select excluded.transaction_id, excluded.created_at, excluded.commit_sha, excluded.model_provider,
             excluded.metrics, true, false
      where excluded.created_at >= shown.created_at
      union all
      select shown.transaction_id, shown.created_at, shown.commit_sha, shown.model_provider,
             shown.metrics, shown.is_active, shown.is_baseline
      where excluded.created_at < shown.created_at
    );
  return null;
end $$;

revoke execute on function benchmark_private.keep_snapshots() from public;

create trigger keep_snapshots
  after insert on public.benchmark_transactions
  referencing new table as new_runs
  for each statement execute function benchmark_private.keep_snapshots();
