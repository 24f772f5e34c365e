#!/usr/bin/env bash
# Measures the schema: pushes, then the queries of queries.sql. Repeatable; leaves its rows.
#
#   createdb bench && bench-push schema apply --database-url "$DATABASE_URL"
#   psql "$DATABASE_URL" -v runs=1000000 -f sql/bench/load.sql     # once
#   sql/bench/measure.sh "$DATABASE_URL"
#
# Prints milliseconds, the median and the worst of 11, each measured by the client.
set -eu
database=$1
here=$(cd "$(dirname "$0")" && pwd)

# median_of NAME < statements, one a line: runs them in one session and prints median and worst.
median_of() {
  { echo 'set role '"$role"';'; echo '\timing on'; cat; } |
    psql "$database" -X -q -A -t -v ON_ERROR_STOP=1 | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | tail -n 11 | sort -n |
    awk -v name="$1" '{ t[NR] = $1 } END { printf "%9.1f %9.1f  %s\n", t[int((NR + 1) / 2)], t[NR], name }'
}

# One request of $1 new runs over $2 configurations, 5 metrics each; dated before all others, so
# that the queries still find the runs they look for.
push() {
  cat <<SQL
select count(*) from ingest_runs((select jsonb_agg(jsonb_build_object('commit_sha', 'abc123', 'model_version', 'pushed-' || i % $2, 'dataset_version', 'set-1', 'prompt_version', 'prompt-1', 'environment', 'production', 'branch_name', 'main', 'run_id', i::text, 'triggered_by', 'bench', 'tags', '["nightly"]'::jsonb, 'created_at', now() - interval '400 days', 'metrics', jsonb_build_object('precision', round(random()::numeric, 4), 'recall', round(random()::numeric, 4), 'f1', round(random()::numeric, 4), 'latency_ms', round((400 + random() * 100)::numeric, 1), 'analysis_cost', round((random() / 100)::numeric, 6)), 'idempotency_key', gen_random_uuid())) from generate_series(1, $1) as i));
SQL
}

echo "   median     worst  [ms] at $(psql "$database" -X -A -t -c 'select count(*) from benchmark_transactions') runs"
role=service_role
for _ in {1..11}; do push 1 1;      done | median_of 'push: 1 run'
for _ in {1..11}; do push 1000 1;   done | median_of 'push: 1000 runs of 1 configuration'
for _ in {1..11}; do push 1000 100; done | median_of 'push: 1000 runs of 100 configurations'

role=anon
while read -r line; do
  case $line in
    '-- '*) name=${line#-- } ;;
    select*) for _ in {1..12}; do echo "$line"; done | median_of "$name" ;;
  esac
done < "$here/queries.sql"

psql "$database" -X -q -P footer=off <<'SQL'
select relname as table, pg_size_pretty(pg_total_relation_size(oid)) as size,
       pg_size_pretty(pg_relation_size(oid)) as rows, pg_size_pretty(pg_indexes_size(oid)) as indexes
from pg_class where relkind = 'r' and relname in ('benchmark_transactions', 'benchmark_daily_metrics')
order by 1 desc;
SQL
