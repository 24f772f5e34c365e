/*
 * Rights: access control of the tables.
 *
 *   anon, authenticated   read
 *   service_role          read, and insert runs; every other write goes through a function
 *   no role               update, delete or truncate
 *
 * Some Supabase projects grant everything on new tables by default, so all rights are revoked
 * before the intended ones are granted.
 *
 * Functions are granted at the end of the file that creates them. Unless its header says otherwise,
 * a function of public may be called by anyone with a key, and one of benchmark_private by no client.
 */

alter table public.benchmark_configurations      enable row level security;
alter table public.benchmark_transactions        enable row level security;
alter table public.benchmark_snapshots           enable row level security;
alter table public.benchmark_retractions         enable row level security;
alter table public.benchmark_baselines           enable row level security;
alter table public.benchmark_change_points       enable row level security;
alter table public.benchmark_change_point_states enable row level security;
alter table public.benchmark_metrics             enable row level security;
alter table public.benchmark_metric_declarations enable row level security;
alter table public.benchmark_daily_runs          enable row level security;
alter table public.benchmark_daily_metrics       enable row level security;

create policy "Anyone with a key may read configurations" on public.benchmark_configurations
  for select to anon, authenticated using (true);
create policy "Anyone with a key may read runs" on public.benchmark_transactions for select to anon, authenticated using (true);
create policy "Anyone with a key may read snapshots" on public.benchmark_snapshots for select to anon, authenticated using (true);
create policy "Anyone with a key may read retractions" on public.benchmark_retractions for select to anon, authenticated using (true);
create policy "Anyone with a key may read baselines" on public.benchmark_baselines for select to anon, authenticated using (true);
create policy "Anyone with a key may read change points" on public.benchmark_change_points
  for select to anon, authenticated using (true);
create policy "Anyone with a key may read the states of change points" on public.benchmark_change_point_states
  for select to anon, authenticated using (true);
create policy "Anyone with a key may read what metrics mean" on public.benchmark_metrics for select to anon, authenticated using (true);
create policy "Anyone with a key may read who declared a metric" on public.benchmark_metric_declarations
  for select to anon, authenticated using (true);
create policy "Anyone with a key may read daily counts" on public.benchmark_daily_runs for select to anon, authenticated using (true);
create policy "Anyone with a key may read daily sums" on public.benchmark_daily_metrics for select to anon, authenticated using (true);

revoke all on
  public.benchmark_configurations, public.benchmark_transactions, public.benchmark_snapshots,
  public.benchmark_retractions, public.benchmark_baselines, public.benchmark_change_points, public.benchmark_change_point_states,
  public.benchmark_metrics, public.benchmark_metric_declarations, public.benchmark_daily_runs, public.benchmark_daily_metrics
  from public, anon, authenticated, service_role;

grant select on
  public.benchmark_configurations, public.benchmark_transactions, public.benchmark_snapshots,
  public.benchmark_retractions, public.benchmark_baselines, public.benchmark_change_points, public.benchmark_change_point_states,
  public.benchmark_metrics, public.benchmark_metric_declarations, public.benchmark_daily_runs, public.benchmark_daily_metrics
  to anon, authenticated, service_role;

-- The database numbers the rows, so no client needs these either.
revoke all on sequence
  public.benchmark_configurations_id_seq, public.benchmark_retractions_id_seq, public.benchmark_baselines_id_seq,
  public.benchmark_change_points_id_seq, public.benchmark_change_point_states_id_seq, public.benchmark_metric_declarations_id_seq
  from public, anon, authenticated, service_role;

-- service_role bypasses row level security, so it needs no policy.
grant insert on public.benchmark_transactions to service_role;

grant usage on schema public to anon, authenticated, service_role;
-- Functions of public, which run with their caller's rights, call some of this schema.
grant usage on schema benchmark_private to anon, authenticated, service_role;
