/*
 * runs_with_tag(p_tag, p_before, p_limit) -> runs, the newest first
 *
 * A tag may be on every run or on one, and the planner cannot know which: asked for the newest
 * runs with a tag it has never seen, it walks through all runs by time, 15 s at 10 million. So this
 * walks through the newest ones only, where a common tag fills a page at once; a tag that does
 * not is rare, and is looked up in the index of tags.
 *
 * Called by  the dashboard's search: GET /rest/v1/rpc/runs_with_tag?p_tag=nightly&p_limit=50
 * p_before   only runs older than this: created_at of the last run of the page before; null for all
 * p_limit    how many at most
 * Returns    whole rows of benchmark_transactions, by created_at and id, descending
 * Rights     security invoker; execute for anyone with a key
 */
create function public.runs_with_tag(p_tag text, p_before timestamptz default null, p_limit integer default 50)
  returns setof public.benchmark_transactions
  language plpgsql stable rows 50 security invoker set search_path = ''
as $$
declare
  before timestamptz := coalesce(p_before, 'infinity');
  page   uuid[];
begin
  page := array(
    select newest.id
    from (
      select t.id, t.created_at, t.tags
      from public.benchmark_transactions t
      where t.created_at < before
      order by t.created_at desc, t.id desc
      limit 20000
    ) as newest
    where newest.tags @> array[p_tag]
    order by newest.created_at desc, newest.id desc
    limit p_limit
  );

  if cardinality(page) < p_limit then
    -- Materialized: the order below must not lead the planner back to the walk.
    page := array(
      with tagged as materialized (
        select t.id, t.created_at
        from public.benchmark_transactions t
        where t.tags @> array[p_tag] and t.created_at < before
      )
      select tagged.id from tagged order by tagged.created_at desc, tagged.id desc limit p_limit
    );
  end if;

  return query
  select t.*
  from public.benchmark_transactions t
  where t.id = any (page)
  order by t.created_at desc, t.id desc;
end $$;

revoke execute on function public.runs_with_tag(text, timestamptz, integer)
  from public, anon, authenticated, service_role;
grant  execute on function public.runs_with_tag(text, timestamptz, integer)
  to anon, authenticated, service_role;

comment on function public.runs_with_tag(text, timestamptz, integer) is
  'The newest runs with a tag, be it on all runs or on one';
