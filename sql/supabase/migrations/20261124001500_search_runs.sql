/*
 * search_runs(p_query, p_before_created_at, p_before_id, p_limit) -> runs, the newest first
 *
 * Finds runs by what people have at hand: the beginning of a commit, a CI run, a tag, part of a
 * model's name, an actor, or the run's own id.
 *
 * What is searched for may be in every run or in one, and the planner cannot know which. So this
 * walks through the newest runs first, where something common fills a page at once; what does not
 * fill it there is rare, and is looked up in one index after the other. See runs_with_tag.
 *
 * Called by  the dashboard's search: POST /rest/v1/rpc/search_runs
 * p_query    commit_sha     begins with it, from 4 characters on; else is it
 *            run_id         begins with it, from 4 characters on; else is it
 *            tags           one of them is it
 *            model_version  contains it, in upper or lower case
 *            triggered_by   is it
 *            id             begins with it, from 8 characters on
 *            Blank or null: all runs. Blanks around it do not count.
 * p_before_created_at, p_before_id  the page after the run with these; null for the first page
 * p_limit    1 to 1,000, the most rows that the REST API returns; what is outside is moved there
 * Returns    whole rows of benchmark_transactions, by created_at and id, descending
 * Rights     security invoker; execute for anyone with a key
 */
create function public.search_runs(
  p_query             text,
  p_before_created_at timestamptz default null,
  p_before_id         uuid        default null,
  p_limit             integer     default 50
)
  returns setof public.benchmark_transactions
  language plpgsql stable rows 50 security invoker set search_path = ''
as $$
declare
  before_time timestamptz := coalesce(p_before_created_at, 'infinity');
  -- Without an id, no run of that very time: as `created_at < …`.
  before_id   uuid        := coalesce(p_before_id, '00000000-0000-0000-0000-000000000000');
  page_size   integer     := least(greatest(coalesce(p_limit, 50), 1), 1000);
  wanted      text        := nullif(regexp_replace(p_query, '^\s+|\s+$', '', 'g'), '');
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
    select t.*
    from public.benchmark_transactions t
    where (t.created_at, t.id) < (before_time, before_id)
    order by t.created_at desc, t.id desc
    limit page_size;
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
      select t.*
      from public.benchmark_transactions t
      where (t.created_at, t.id) < (before_time, before_id)
      order by t.created_at desc, t.id desc
      limit 20000
    ) as newest
    where newest.configuration_id = any (models)
       or newest.triggered_by = wanted
       or newest.commit_sha ~>=~ wanted and newest.commit_sha ~<=~ last_wanted
       or newest.run_id ~>=~ wanted and newest.run_id ~<=~ last_wanted
       or newest.tags @> array[wanted]
       or newest.id between first_id and last_id
    order by newest.created_at desc, newest.id desc
    limit page_size
  );

  if cardinality(page) < page_size then
    -- Materialized: the orders below must not lead the planner back to the walk.
    page := array(
      with by_commit as materialized (
        select t.id, t.created_at from public.benchmark_transactions t
        where t.commit_sha ~>=~ wanted and t.commit_sha ~<=~ last_wanted and (t.created_at, t.id) < (before_time, before_id)
      ),
      by_run_id as materialized (
        select t.id, t.created_at from public.benchmark_transactions t
        where t.run_id ~>=~ wanted and t.run_id ~<=~ last_wanted and (t.created_at, t.id) < (before_time, before_id)
      ),
      by_tag as materialized (
        select t.id, t.created_at from public.benchmark_transactions t
        where t.tags @> array[wanted] and (t.created_at, t.id) < (before_time, before_id)
      ),
      by_actor as materialized (
        select t.id, t.created_at from public.benchmark_transactions t
        where t.triggered_by = wanted and t.created_at <= before_time and (t.created_at, t.id) < (before_time, before_id)
        order by t.created_at desc, t.id desc limit page_size
      ),
      by_model as materialized (
        select run.id, run.created_at
        from unnest(models) as chosen (configuration_id)
        cross join lateral (
          select t.id, t.created_at from public.benchmark_transactions t
          where t.configuration_id = chosen.configuration_id
            and t.created_at <= before_time and (t.created_at, t.id) < (before_time, before_id)
          order by t.created_at desc, t.id desc limit page_size
        ) as run
      ),
      by_id as materialized (
        select t.id, t.created_at from public.benchmark_transactions t
        where t.id between first_id and last_id and (t.created_at, t.id) < (before_time, before_id)
      )
      select found.id
      from (
        select * from by_commit union select * from by_run_id union select * from by_tag
        union select * from by_actor union select * from by_model union select * from by_id
      ) as found
      order by found.created_at desc, found.id desc
      limit page_size
    );
  end if;

  return query
  select t.*
  from public.benchmark_transactions t
  where t.id = any (page)
  order by t.created_at desc, t.id desc;
end $$;

revoke execute on function public.search_runs(text, timestamptz, uuid, integer)
  from public, anon, authenticated, service_role;
grant  execute on function public.search_runs(text, timestamptz, uuid, integer)
  to anon, authenticated, service_role;

comment on function public.search_runs(text, timestamptz, uuid, integer) is
  'The newest runs that a commit, CI run, tag, model, actor or id leads to, page by page';
