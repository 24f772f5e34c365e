/*
 * The log of runs, the search, and recent events.
 */

/*
 * list_runs(…) -> runs, the newest first
 *
 * The log of runs, page by page, optionally filtered: all of them, side runs and retracted ones too.
 *
 * The selected configurations may have run a minute ago or last year, and the planner cannot know
 * which: scanning all runs by time would read millions in the second case. So this scans 20,000 runs,
 * where busy configurations fill a page at once; otherwise it reads configuration by configuration,
 * each from its own end of one index.
 *
 * Called by  the dashboard's log: GET /rest/v1/rpc/list_runs?p_model_versions={medgemma-v1.2}&p_limit=50
 * p_model_versions, …, p_configuration_ids  only runs with one of these; null or empty for all
 * p_branch_names  only the side runs of these branches; null or empty for all runs
 * p_from, p_to  only runs at or after the first and before the second; null for all
 * p_at_created_at, p_at_id  the page next to the run with these; null for the newest page, or the
 *            oldest with p_newer
 * p_newer    false: the runs before that run; true: those after it, the ones next to it
 * p_limit    1 to 1,000, the row limit of the REST API; clamped to that range
 * Returns    whole rows of benchmark_transactions, by created_at and id, descending, whatever p_newer is
 */
create function public.list_runs(
  p_model_versions text[] default null, p_dataset_versions text[] default null,
  p_prompt_versions text[] default null, p_environments text[] default null, p_configuration_ids integer[] default null,
  p_from timestamptz default null, p_to timestamptz default null,
  p_at_created_at timestamptz default null, p_at_id uuid default null, p_newer boolean default false,
  p_limit integer default 50, p_branch_names text[] default null
)
  returns setof public.benchmark_transactions language plpgsql stable rows 50 security invoker set search_path = ''
as $$
declare
  newer     boolean     := coalesce(p_newer, false);
  from_time timestamptz := coalesce(p_from, '-infinity');
  to_time   timestamptz := coalesce(p_to, 'infinity');
  page_size integer     := least(greatest(coalesce(p_limit, 50), 1), 1000);
  is_after  boolean     := newer and p_at_created_at >= from_time;
  is_before boolean     := not newer and p_at_created_at < to_time;
  -- The runs strictly between these two places of (created_at, id) can be on the page: at p_from
  -- itself with every id, at p_to itself with none.
  after_time  timestamptz := case when is_after then p_at_created_at else from_time - interval '1 microsecond' end;
  after_id    uuid        := coalesce(case when is_after then p_at_id end, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  before_time timestamptz := case when is_before then p_at_created_at else to_time end;
  before_id   uuid        := coalesce(case when is_before then p_at_id end, '00000000-0000-0000-0000-000000000000');
  direction   text        := case when newer then 'asc' else 'desc' end;
  chosen      integer[];
  branches    text[]      := nullif(p_branch_names, '{}');
  walk        text;
  page        uuid[];
begin
  perform benchmark_private.at_most(p_model_versions || p_dataset_versions || p_prompt_versions || p_environments || p_branch_names, 10000, 'the filters'),
          benchmark_private.at_most(p_configuration_ids, 10000, 'p_configuration_ids');

  if coalesce(cardinality(p_model_versions || p_dataset_versions || p_prompt_versions || p_environments), 0)
     + coalesce(cardinality(p_configuration_ids), 0) > 0 then
    chosen := array(
      select c.id from public.benchmark_configurations c
      where (coalesce(p_model_versions, '{}') = '{}' or c.model_version = any (p_model_versions))
        and (coalesce(p_dataset_versions, '{}') = '{}' or c.dataset_version = any (p_dataset_versions))
        and (coalesce(p_prompt_versions, '{}') = '{}' or c.prompt_version = any (p_prompt_versions))
        and (coalesce(p_environments, '{}') = '{}' or c.environment = any (p_environments))
        and (coalesce(p_configuration_ids, '{}') = '{}' or c.id = any (p_configuration_ids)));
    if chosen = '{}' then
      return;
    end if;
  end if;

  -- A scan reads an index from one end, a page of it or the newest 20,000 runs. Only the direction
  -- and the index differ, so one text is formatted with both; values are parameters.
  walk := format($walk$
    select t.id, t.created_at, t.configuration_id
    from public.benchmark_transactions t
    where (t.created_at, t.id) < ($1, $2) and (t.created_at, t.id) > ($3, $4) %%s
    order by t.created_at %1$s, t.id %1$s limit %%s
  $walk$, direction);

  if branches is not null then
    execute format(
      'select array(select found.id from unnest($7) as one (branch_name) cross join lateral (%1$s) as found
                    order by found.created_at %2$s, found.id %2$s limit $5)',
      format(walk, 'and not t.is_mainline and t.branch_name = one.branch_name and t.created_at between $3 and $1
                    and ($6 is null or t.configuration_id = any ($6))', '$5'), direction)
    into page using before_time, before_id, after_time, after_id, page_size, chosen, branches;
    return query
    select t.* from public.benchmark_transactions t where t.id = any (page) order by t.created_at desc, t.id desc;
    return;
  end if;

  execute format(
    'select array(select found.id from (%1$s) as found where $6 is null or found.configuration_id = any ($6)
                  order by found.created_at %2$s, found.id %2$s limit $5)',
    format(walk, '', case when chosen is null then '$5' else '20000' end), direction)
  into page using before_time, before_id, after_time, after_id, page_size, chosen;

  if chosen is not null and cardinality(page) < page_size then
    execute format(
      'select array(select found.id from unnest($6) as one (configuration_id) cross join lateral (%1$s) as found
                    order by found.created_at %2$s, found.id %2$s limit $5)',
      format(walk, 'and t.configuration_id = one.configuration_id and t.created_at between $3 and $1', '$5'), direction)
    into page using before_time, before_id, after_time, after_id, page_size, chosen;
  end if;

  return query
  select t.* from public.benchmark_transactions t where t.id = any (page) order by t.created_at desc, t.id desc;
end $$;

/*
 * side_branches(p_configuration_ids) -> one row per branch, the one that ran last first
 *
 * The branches that have side runs, of these configurations or of all.
 *
 * Called by  the dashboard's branch menus: GET /rest/v1/rpc/side_branches?p_configuration_ids={3,7}
 * p_configuration_ids  which ones, at most 250; null for all
 * Returns    newest_at   when its newest run ran
 *            runs        how many there are
 *            the newest 200; without configurations, of the first 5,000 by name
 */
create function public.side_branches(p_configuration_ids integer[] default null)
  returns table (branch_name text, newest_at timestamptz, runs bigint)
  language plpgsql stable rows 20 security invoker set search_path = ''
as $$
begin
  if p_configuration_ids is not null then
    return query
    select t.branch_name, max(t.created_at), count(*)
    from public.benchmark_transactions t
    where t.configuration_id = any (benchmark_private.at_most(p_configuration_ids, 250, 'p_configuration_ids'))
      and not t.is_mainline and t.branch_name is not null
    group by t.branch_name order by 2 desc, 1 limit 200;
    return;
  end if;
  -- From name to name in the index of side runs, which may be many.
  return query
  with recursive names (name) as (
    (select t.branch_name from public.benchmark_transactions t where not t.is_mainline and t.branch_name is not null order by t.branch_name limit 1)
    union all
    select (select t.branch_name from public.benchmark_transactions t where not t.is_mainline and t.branch_name > n.name order by t.branch_name limit 1)
    from names n where n.name is not null
  )
  select newest.name, newest.created_at, counted.runs
  from (
    select n.name, last.created_at
    from (select * from names limit 5000) as n
    cross join lateral (
      select t.created_at from public.benchmark_transactions t
      where not t.is_mainline and t.branch_name = n.name order by t.created_at desc limit 1
    ) as last
    order by 2 desc, 1 limit 200
  ) as newest
  cross join lateral (
    select count(*) as runs from public.benchmark_transactions t where not t.is_mainline and t.branch_name = newest.name
  ) as counted
  order by 2 desc, 1;
end $$;

comment on function public.side_branches is 'The branches that have side runs, the one that ran last first';

comment on function public.list_runs is 'The log of runs page by page, optionally filtered';

/*
 * search_runs(p_query, p_before_created_at, p_before_id, p_limit) -> runs, the newest first
 *
 * Finds runs, side runs and retracted ones too, by a commit prefix, a CI run, a tag, part of a model's
 * name, an actor, a branch, or the run's id.
 *
 * The search term may occur in every run or in one, and the planner cannot know which. So this scans
 * the newest runs first, where a common term fills a page at once; otherwise the term is rare and is
 * looked up in one index after the other.
 *
 * Called by  the dashboard's search: POST /rest/v1/rpc/search_runs
 * p_query    commit_sha, run_id  begin with it, from 4 characters on; otherwise equal it
 *            tags, triggered_by  one of them equals it
 *            branch_name         equals it, of side runs
 *            model_version       contains it, in upper or lower case
 *            id                  begins with it, from 8 characters on
 *            Blank or null: all runs. Surrounding blanks, and what is beyond 1,000 characters, are ignored.
 * p_before_created_at, p_before_id  the page after the run with these; null for the first page
 * p_limit    1 to 1,000, the row limit of the REST API; clamped to that range
 * Returns    whole rows of benchmark_transactions, by created_at and id, descending
 */
create function public.search_runs(
  p_query text, p_before_created_at timestamptz default null, p_before_id uuid default null, p_limit integer default 50
)
  returns setof public.benchmark_transactions language plpgsql stable rows 50 security invoker set search_path = ''
as $$
declare
  before_time timestamptz := coalesce(p_before_created_at, 'infinity');
  -- Without an id, no run of that very time: as `created_at < …`.
  before_id   uuid        := coalesce(p_before_id, '00000000-0000-0000-0000-000000000000');
  page_size   integer     := least(greatest(coalesce(p_limit, 50), 1), 1000);
  wanted      text        := nullif(regexp_replace(left(p_query, 1000), '^\s+|\s+$', '', 'g'), '');
  -- The last text that begins with it, in the order of text_pattern_ops.
  last_wanted text        := case when length(wanted) >= 4 then wanted || chr(1114111) else wanted end;
  models      integer[];
  hex         text;
  first_id    uuid;
  last_id     uuid;
  page        uuid[];
begin
  if wanted is null then
    return query
    select t.* from public.benchmark_transactions t
    where (t.created_at, t.id) < (before_time, before_id) order by t.created_at desc, t.id desc limit page_size;
    return;
  end if;

  models := array(
    select c.id from public.benchmark_configurations c where position(lower(wanted) in lower(c.model_version)) > 0);

  hex := lower(replace(wanted, '-', ''));
  if hex ~ '^[0-9a-f]{8,32}$' then
    first_id := rpad(hex, 32, '0')::uuid;
    last_id  := rpad(hex, 32, 'f')::uuid;
  end if;

  page := array(
    select newest.id
    from (
      select t.* from public.benchmark_transactions t
      where (t.created_at, t.id) < (before_time, before_id) order by t.created_at desc, t.id desc limit 20000
    ) as newest
    where newest.configuration_id = any (models)
       or newest.triggered_by = wanted
       or newest.branch_name = wanted and not newest.is_mainline
       or newest.commit_sha ~>=~ wanted and newest.commit_sha ~<=~ last_wanted
       or newest.run_id ~>=~ wanted and newest.run_id ~<=~ last_wanted
       or newest.tags @> array[wanted]
       or newest.id between first_id and last_id
    order by newest.created_at desc, newest.id desc limit page_size
  );

  if cardinality(page) < page_size then
    page := array(
      select found.id
      from (
        select t.id, t.created_at from public.benchmark_transactions t where t.commit_sha ~>=~ wanted and t.commit_sha ~<=~ last_wanted
        union
        select t.id, t.created_at from public.benchmark_transactions t where t.run_id ~>=~ wanted and t.run_id ~<=~ last_wanted
        union
        select t.id, t.created_at from public.benchmark_transactions t where t.tags @> array[wanted]
        union
        select t.id, t.created_at from public.benchmark_transactions t where t.id between first_id and last_id
        union
        (select t.id, t.created_at from public.benchmark_transactions t
         where t.triggered_by = wanted and t.created_at <= before_time and (t.created_at, t.id) < (before_time, before_id)
         order by t.created_at desc, t.id desc limit page_size)
        union
        (select t.id, t.created_at from public.benchmark_transactions t
         where t.branch_name = wanted and not t.is_mainline and t.created_at <= before_time and (t.created_at, t.id) < (before_time, before_id)
         order by t.created_at desc, t.id desc limit page_size)
        union
        select run.id, run.created_at
        from unnest(models) as chosen (configuration_id)
        cross join lateral (
          select t.id, t.created_at from public.benchmark_transactions t
          where t.configuration_id = chosen.configuration_id
            and t.created_at <= before_time and (t.created_at, t.id) < (before_time, before_id)
          order by t.created_at desc, t.id desc limit page_size
        ) as run
        -- Separate from the condition below, which would lead the planner back to the scan.
        offset 0
      ) as found
      where (found.created_at, found.id) < (before_time, before_id)
      order by found.created_at desc, found.id desc limit page_size
    );
  end if;

  return query
  select t.* from public.benchmark_transactions t where t.id = any (page) order by t.created_at desc, t.id desc;
end $$;

comment on function public.search_runs is 'The newest runs that match a commit, CI run, tag, model, actor, branch or id, page by page';

/*
 * what_changed(p_since) -> rows of four kinds, the newest of each kind first
 *
 * Events of the main line since a point in time, by default 24 hours ago.
 *
 *   run           a configuration whose current run ran since then
 *   new           a configuration that had no run before
 *   baseline      a baseline that was marked, or, without a run, cleared
 *   change_point  a change of level that was found: suspect, confirmed or accepted
 *
 * Called by  the dashboard's first page: GET /rest/v1/rpc/what_changed
 * p_since    the point in time; null for 24 hours ago
 * Returns    at most 100 rows of each kind
 *            of_kind   the total number of this kind; for run the number of runs, up to 10,000
 *            metric, effect  of a change point: regressed, improved or changed; of a run: worse or
 *                      better by more than 0.05 than its baseline, by its primary metric, as measured
 *                      by detect_regression; otherwise null
 */
create function public.what_changed(p_since timestamptz default now() - interval '24 hours')
  returns table (
    kind text, configuration_id integer, model_version text, dataset_version text, environment text,
    transaction_id uuid, happened_at timestamptz, metric text, effect text, of_kind bigint
  )
  language sql stable rows 100 security invoker set search_path = ''
as $$
  with since as materialized (
    select coalesce(p_since, now() - interval '24 hours') as moment
  ), ran as materialized (
    select s.* from public.benchmark_snapshots s where s.is_active and s.created_at >= (select moment from since)
  ), happened as (
    select 'run' as kind, r.configuration_id, r.model_version, r.dataset_version, r.environment, r.transaction_id,
           r.created_at as happened_at, null::text as metric, null::text as effect
    from ran r
    union all
    select 'new', r.configuration_id, r.model_version, r.dataset_version, r.environment, r.transaction_id, r.created_at, null, null
    from ran r
    where not exists (
      select from public.v_main_line t
      where t.configuration_id = r.configuration_id and t.created_at < (select moment from since))
    union all
    select 'baseline', t.configuration_id, b.model_version, b.dataset_version, b.environment, b.transaction_id, b.marked_at, null, null
    from benchmark_private.standing_marks b
    left join public.benchmark_transactions t on t.id = b.transaction_id
    where b.marked_at >= (select moment from since)
    union all
    select 'change_point', p.configuration_id, p.model_version, p.dataset_version, p.environment, p.transaction_id, p.recorded_at,
           p.metric, p.effect
    from public.v_change_points p
    where p.recorded_at >= (select moment from since) and p.state <> 'dismissed'
  ), placed as (
    select h.*,
           row_number() over (partition by h.kind order by h.happened_at desc, h.configuration_id, h.metric) as place,
           case h.kind when 'run' then runs.counted else count(*) over (partition by h.kind) end as of_kind
    from happened h
    cross join (
      select count(*) as counted
      from (select from public.v_main_line t where t.created_at >= (select moment from since) limit 10000) as newest
    ) as runs
  )
  select p.kind, p.configuration_id, p.model_version, p.dataset_version, p.environment, p.transaction_id, p.happened_at,
         coalesce(p.metric, moved.metric), coalesce(p.effect, moved.effect), p.of_kind
  from placed p
  -- Only for the returned runs: each needs a search for its baseline.
  left join lateral (
    select chosen.metric, case when worse.by > 0.05 then 'worse' else 'better' end as effect
    from public.benchmark_snapshots r
    cross join lateral benchmark_private.primary_metric(r.metrics) as chosen (metric)
    cross join lateral public.baseline_for(r.model_version, r.dataset_version, r.prompt_version, r.environment) as counts
    join public.benchmark_transactions held on held.id = counts.transaction_id
    cross join lateral public.metric_definition(chosen.metric) as meaning
    cross join lateral benchmark_private.worse_by(
      (r.metrics ->> chosen.metric)::numeric, (held.metrics ->> chosen.metric)::numeric, meaning.direction, meaning.scale
    ) as worse (by)
    where p.kind = 'run' and r.configuration_id = p.configuration_id and abs(worse.by) > 0.05
  ) as moved on true
  where p.place <= 100
  order by p.kind, p.place
$$;

comment on function public.what_changed is 'Runs, new configurations, baselines and change points since a point in time';

-- Grants.
revoke execute on function public.list_runs, public.side_branches, public.search_runs, public.what_changed from public;
grant  execute on function public.list_runs, public.side_branches, public.search_runs, public.what_changed to anon, authenticated, service_role;
