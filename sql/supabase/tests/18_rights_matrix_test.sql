/*
 * The matrix of rights: who may do what with each schema, table, view, sequence and function. It is
 * read off the catalogue, so whatever is new, missing or granted otherwise fails here until this
 * table says so too. (definer) marks functions that run with their owner's rights.
 */
begin;
create extension if not exists pgtap;
select plan(1);

create temp table found as
select o.kind, o.object, coalesce(string_agg(r.role || ': ' || r.verbs, '; ' order by r.place), 'none') as rights
from (
  select 'schema' as kind, n.nspname::text as object, n.oid, '{usage,create}'::text[] as verbs
  from pg_namespace n where n.nspname in ('public', 'benchmark_private')
  union all
  select case c.relkind when 'S' then 'sequence' when 'v' then 'view' else 'table' end, c.oid::regclass::text, c.oid,
         case c.relkind when 'S' then '{usage,select,update}' else '{select,insert,update,delete,truncate,references,trigger}' end::text[]
  from pg_class c
  where c.relnamespace in ('public'::regnamespace, 'benchmark_private'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e')
  union all
  select 'function', concat(nullif(n.nspname || '.', 'public.'), p.proname, case when p.prosecdef then ' (definer)' end), p.oid, '{execute}' from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where p.pronamespace in ('public'::regnamespace, 'benchmark_private'::regnamespace)
    and not exists (select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')
) as o
left join lateral (
  select role, place, string_agg(verb, ', ' order by at) as verbs
  from unnest('{public,anon,authenticated,service_role}'::text[]) with ordinality as asked (role, place)
  cross join unnest(o.verbs) with ordinality as v (verb, at)
  where case o.kind
    when 'schema' then has_schema_privilege(role, o.oid, verb)
    when 'sequence' then has_sequence_privilege(role, o.oid, verb)
    when 'function' then has_function_privilege(role, o.oid, verb)
    else has_table_privilege(role, o.oid, verb) end
  group by role, place
) as r on true
group by o.kind, o.object;

create temp table wanted (kind, object, rights) as values
  ('function', 'against_baselines', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'baseline_for', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'baseline_history_for', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'benchmark_private.admit_run (definer)', 'none'),
  ('function', 'benchmark_private.at_most', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'benchmark_private.baseline_scopes', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'benchmark_private.bounded', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'benchmark_private.change_point_state', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'benchmark_private.daily_sums', 'service_role: execute'),
  ('function', 'benchmark_private.decide_retraction', 'none'),
  ('function', 'benchmark_private.declare_metrics (definer)', 'service_role: execute'),
  ('function', 'benchmark_private.derived_key', 'service_role: execute'),
  ('function', 'benchmark_private.earlier_runs', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'benchmark_private.explain_refusal', 'none'),
  ('function', 'benchmark_private.follow_retractions (definer)', 'none'),
  ('function', 'benchmark_private.identity', 'service_role: execute'),
  ('function', 'benchmark_private.identity_differs', 'service_role: execute'),
  ('function', 'benchmark_private.is_bound', 'none'),
  ('function', 'benchmark_private.json_double', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'benchmark_private.keep_daily_metrics (definer)', 'none'),
  ('function', 'benchmark_private.keep_snapshots (definer)', 'none'),
  ('function', 'benchmark_private.lock_configuration (definer)', 'service_role: execute'),
  ('function', 'benchmark_private.log_metric', 'none'),
  ('function', 'benchmark_private.machine_of', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'benchmark_private.mark_baseline', 'none'),
  ('function', 'benchmark_private.metric_by_name', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'benchmark_private.metric_kind', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'benchmark_private.metric_stem', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'benchmark_private.metric_words', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'benchmark_private.newest_values', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'benchmark_private.primary_metric', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'benchmark_private.range_problem', 'none'),
  ('function', 'benchmark_private.rebuild', 'none'),
  ('function', 'benchmark_private.refresh_is_baseline', 'none'),
  ('function', 'benchmark_private.refuse', 'none'),
  ('function', 'benchmark_private.refuse_change', 'none'),
  ('function', 'benchmark_private.refuse_impossible (definer)', 'none'),
  ('function', 'benchmark_private.refuse_remarks', 'none'),
  ('function', 'benchmark_private.regressions', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'benchmark_private.runs_between', 'none'),
  ('function', 'benchmark_private.show_baselines (definer)', 'none'),
  ('function', 'benchmark_private.split_metrics', 'service_role: execute'),
  ('function', 'benchmark_private.text_problem', 'none'),
  ('function', 'benchmark_private.worse_by', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'clear_baseline (definer)', 'service_role: execute'),
  ('function', 'compare_configurations', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'compare_snapshots', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'detect_regression', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'detect_regressions', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'get_snapshot_history', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'histogram_percentile', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'judged_against', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'ingest_runs', 'service_role: execute'),
  ('function', 'list_runs', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'metric_definition', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'metric_series', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'record_change_points (definer)', 'service_role: execute'),
  ('function', 'recount', 'service_role: execute'),
  ('function', 'restore_run (definer)', 'service_role: execute'),
  ('function', 'retract_run (definer)', 'service_role: execute'),
  ('function', 'retraction', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'search_runs', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'set_baseline (definer)', 'service_role: execute'),
  ('function', 'set_change_point_state (definer)', 'service_role: execute'),
  ('function', 'set_metric (definer)', 'service_role: execute'),
  ('function', 'side_branches', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'summarize_metric', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'upsert_benchmark_result', 'service_role: execute'),
  ('function', 'what_changed', 'anon: execute; authenticated: execute; service_role: execute'),
  ('schema', 'benchmark_private', 'anon: usage; authenticated: usage; service_role: usage'),
  ('schema', 'public', 'public: usage; anon: usage; authenticated: usage; service_role: usage'),
  ('sequence', 'benchmark_baselines_id_seq', 'none'),
  ('sequence', 'benchmark_change_point_states_id_seq', 'none'),
  ('sequence', 'benchmark_change_points_id_seq', 'none'),
  ('sequence', 'benchmark_configurations_id_seq', 'none'),
  ('sequence', 'benchmark_metric_declarations_id_seq', 'none'),
  ('sequence', 'benchmark_retractions_id_seq', 'none'),
  ('table', 'benchmark_baselines', 'anon: select; authenticated: select; service_role: select'),
  ('table', 'benchmark_change_point_states', 'anon: select; authenticated: select; service_role: select'),
  ('table', 'benchmark_change_points', 'anon: select; authenticated: select; service_role: select'),
  ('table', 'benchmark_configurations', 'anon: select; authenticated: select; service_role: select'),
  ('table', 'benchmark_daily_metrics', 'anon: select; authenticated: select; service_role: select'),
  ('table', 'benchmark_daily_runs', 'anon: select; authenticated: select; service_role: select'),
  ('table', 'benchmark_metric_declarations', 'anon: select; authenticated: select; service_role: select'),
  ('table', 'benchmark_metrics', 'anon: select; authenticated: select; service_role: select'),
  ('table', 'benchmark_retractions', 'anon: select; authenticated: select; service_role: select'),
  ('table', 'benchmark_snapshots', 'anon: select; authenticated: select; service_role: select'),
  ('table', 'benchmark_transactions', 'anon: select; authenticated: select; service_role: select, insert'),
  ('view', 'benchmark_private.recounted_snapshots', 'service_role: select'),
  ('view', 'benchmark_private.standing_marks', 'anon: select; authenticated: select; service_role: select'),
  ('view', 'v_baselines_in_force', 'anon: select; authenticated: select; service_role: select'),
  ('view', 'v_change_points', 'anon: select; authenticated: select; service_role: select'),
  ('view', 'v_daily_metrics', 'anon: select; authenticated: select; service_role: select'),
  ('view', 'v_latest_benchmarks', 'anon: select; authenticated: select; service_role: select'),
  ('view', 'v_main_line', 'anon: select; authenticated: select; service_role: select'),
  ('view', 'v_metrics', 'anon: select; authenticated: select; service_role: select'),
  ('view', 'v_original_transactions', 'anon: select; authenticated: select; service_role: select'),
  ('view', 'v_performance_trends', 'anon: select; authenticated: select; service_role: select'),
  ('view', 'v_retractions_in_force', 'anon: select; authenticated: select; service_role: select'),
  ('function', 'claim_deliveries (definer)', 'service_role: execute'),
  ('function', 'incident_log', 'anon: execute; authenticated: execute; service_role: execute'),
  ('function', 'record_incidents (definer)', 'service_role: execute'),
  ('function', 'settle_delivery (definer)', 'service_role: execute'),
  ('sequence', 'benchmark_deliveries_id_seq', 'none'),
  ('sequence', 'benchmark_incident_events_id_seq', 'none'),
  ('sequence', 'benchmark_incidents_id_seq', 'none'),
  ('table', 'benchmark_deliveries', 'service_role: select'),
  ('table', 'benchmark_incident_events', 'anon: select; authenticated: select; service_role: select'),
  ('table', 'benchmark_incidents', 'anon: select; authenticated: select; service_role: select'),
  ('table', 'benchmark_watch', 'anon: select; authenticated: select; service_role: select'),
  ('view', 'v_incidents', 'anon: select; authenticated: select; service_role: select');

select is_empty(
  $$ select 'found' as side, f.* from (select * from found except select * from wanted) as f
     union all select 'wanted', w.* from (select * from wanted except select * from found) as w order by 2, 3, 1 $$,
  'every right is one that the table names, and every right of the table is there');

select * from finish();
rollback;
