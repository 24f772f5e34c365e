/*
 * list_runs(…) -> runs, the newest first
 *
 * The log of runs, page by page, of all configurations or of those that a filter lets through.
 *
 * The configurations that a filter lets through may have run a minute ago or last year, and the
 * planner cannot know which: a walk through all runs by time would read millions for the second. So
 * this walks through 20,000 runs, where busy configurations fill a page at once; whatever does not
 * fill it there is read configuration by configuration, each from its own end of one index. See search_runs.
 *
 * Called by  the dashboard's log: GET /rest/v1/rpc/list_runs?p_model_versions={medgemma-v1.2}&p_limit=50
 * p_model_versions, p_dataset_versions, p_prompt_versions, p_environments, p_configuration_ids
 *            only runs with one of these; null or empty for all
 * p_from     only runs at or after this time; null for all
 * p_to       only runs before this time; null for all
 * p_at_created_at, p_at_id  the page next to the run with these; null for the newest page, or the
 *            oldest with p_newer
 * p_newer    false: the runs before that run; true: those after it, the ones next to it
 * p_limit    1 to 1,000, the most rows that the REST API returns; what is outside is moved there
 * Returns    whole rows of benchmark_transactions, by created_at and id, descending, whatever p_newer is
 * Rights     security invoker; execute for anyone with a key
 */
create function public.list_runs(
  p_model_versions    text[]      default null,
  p_dataset_versions  text[]      default null,
  p_prompt_versions   text[]      default null,
  p_environments      text[]      default null,
  p_configuration_ids integer[]   default null,
  p_from              timestamptz default null,
  p_to                timestamptz default null,
  p_at_created_at     timestamptz default null,
  p_at_id             uuid        default null,
  p_newer             boolean     default false,
  p_limit             integer     default 50
)
  returns setof public.benchmark_transactions
  language plpgsql stable rows 50 security invoker set search_path = ''
as $$
declare
  newer     boolean     := coalesce(p_newer, false);
  from_time timestamptz := coalesce(p_from, '-infinity');
  to_time   timestamptz := coalesce(p_to, 'infinity');
  page_size integer     := least(greatest(coalesce(p_limit, 50), 1), 1000);
  least_id  constant uuid := '00000000-0000-0000-0000-000000000000';
  most_id   constant uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  -- The runs strictly between these two places of (created_at, id) can be on the page.
  after_time  timestamptz;
  after_id    uuid;
  before_time timestamptz;
  before_id   uuid;
  chosen      integer[];
  page        uuid[];
begin
  -- At p_from itself every id counts; at p_to itself none does.
  after_time := from_time - interval '1 microsecond';
  after_id   := most_id;
  before_time := to_time;
  before_id   := least_id;
  if p_at_created_at is not null and not newer and p_at_created_at < to_time then
    before_time := p_at_created_at;
    before_id   := coalesce(p_at_id, least_id);
  elsif p_at_created_at is not null and newer and p_at_created_at >= from_time then
    after_time := p_at_created_at;
    after_id   := coalesce(p_at_id, most_id);
  end if;

  if cardinality(p_model_versions) > 0 or cardinality(p_dataset_versions) > 0 or cardinality(p_prompt_versions) > 0
     or cardinality(p_environments) > 0 or cardinality(p_configuration_ids) > 0 then
    chosen := array(
      select c.id from public.benchmark_configurations c
      where (coalesce(cardinality(p_model_versions), 0) = 0 or c.model_version = any (p_model_versions))
        and (coalesce(cardinality(p_dataset_versions), 0) = 0 or c.dataset_version = any (p_dataset_versions))
        and (coalesce(cardinality(p_prompt_versions), 0) = 0 or c.prompt_version = any (p_prompt_versions))
        and (coalesce(cardinality(p_environments), 0) = 0 or c.environment = any (p_environments))
        and (coalesce(cardinality(p_configuration_ids), 0) = 0 or c.id = any (p_configuration_ids)));
    if cardinality(chosen) = 0 then
      return;
    end if;
  end if;

  -- Four walks: towards the past or the future, through all runs or those of the chosen configurations.
  if not newer then
    page := array(
      select walked.id
      from (
        select t.id, t.created_at, t.configuration_id
        from public.benchmark_transactions t
        where (t.created_at, t.id) < (before_time, before_id) and (t.created_at, t.id) > (after_time, after_id)
        order by t.created_at desc, t.id desc
        limit case when chosen is null then page_size else 20000 end
      ) as walked
      where chosen is null or walked.configuration_id = any (chosen)
      order by walked.created_at desc, walked.id desc
      limit page_size
    );
    if chosen is not null and cardinality(page) < page_size then
      page := array(
        select run.id
        from unnest(chosen) as one (configuration_id)
        cross join lateral (
          select t.id, t.created_at
          from public.benchmark_transactions t
          where t.configuration_id = one.configuration_id
            and t.created_at <= before_time and t.created_at >= after_time
            and (t.created_at, t.id) < (before_time, before_id) and (t.created_at, t.id) > (after_time, after_id)
          order by t.created_at desc, t.id desc
          limit page_size
        ) as run
        order by run.created_at desc, run.id desc
        limit page_size
      );
    end if;
  else
    page := array(
      select walked.id
      from (
        select t.id, t.created_at, t.configuration_id
        from public.benchmark_transactions t
        where (t.created_at, t.id) < (before_time, before_id) and (t.created_at, t.id) > (after_time, after_id)
        order by t.created_at, t.id
        limit case when chosen is null then page_size else 20000 end
      ) as walked
      where chosen is null or walked.configuration_id = any (chosen)
      order by walked.created_at, walked.id
      limit page_size
    );
    if chosen is not null and cardinality(page) < page_size then
      page := array(
        select run.id
        from unnest(chosen) as one (configuration_id)
        cross join lateral (
          select t.id, t.created_at
          from public.benchmark_transactions t
          where t.configuration_id = one.configuration_id
            and t.created_at <= before_time and t.created_at >= after_time
            and (t.created_at, t.id) < (before_time, before_id) and (t.created_at, t.id) > (after_time, after_id)
          order by t.created_at, t.id
          limit page_size
        ) as run
        order by run.created_at, run.id
        limit page_size
      );
    end if;
  end if;

  return query
  select t.*
  from public.benchmark_transactions t
  where t.id = any (page)
  order by t.created_at desc, t.id desc;
end $$;

revoke execute on function public.list_runs(
  text[], text[], text[], text[], integer[], timestamptz, timestamptz, timestamptz, uuid, boolean, integer)
  from public, anon, authenticated, service_role;
grant  execute on function public.list_runs(
  text[], text[], text[], text[], integer[], timestamptz, timestamptz, timestamptz, uuid, boolean, integer)
  to anon, authenticated, service_role;

comment on function public.list_runs(
  text[], text[], text[], text[], integer[], timestamptz, timestamptz, timestamptz, uuid, boolean, integer) is
  'The log of runs page by page, of all configurations or of those that a filter lets through';
