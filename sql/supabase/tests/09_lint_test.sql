/*
 * The rules of Supabase's database linter and the project's rules for functions, checked for the whole
 * schema, so that no later migration breaks them.
 */
begin;
create extension if not exists pgtap;
select plan(17);

create temp table tables as
select c.* from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname like 'benchmark\_%';
create temp table views as
select c.* from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'v' and c.relname like 'v\_%';
create temp table functions as
select p.* from pg_proc p
where (p.pronamespace = 'benchmark_private'::regnamespace
       or p.pronamespace = 'public'::regnamespace and not exists (
         select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e'));

select isnt_empty('select from tables', 'there are tables');
select isnt_empty('select from functions', 'there are functions');
select is_empty('select relname from tables where not relrowsecurity', 'row level security is on everywhere');
select is_empty(
  'select relname from tables where not exists (select from pg_policy where polrelid = tables.oid)', 'each table has a policy');
select is_empty(
  $$ select polname from pg_policy where polrelid in (select oid from tables) and polcmd <> 'r' $$, 'no policy lets anyone write');
select is_empty(
  $$ select polrelid::regclass from pg_policy where polrelid in (select oid from tables) group by 1 having count(*) > 1 $$,
  'no table has two policies for the same');
select is_empty(
  $$ select polname from pg_policy where polrelid in (select oid from tables)
     and concat(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) ~ 'auth\.|current_setting' $$,
  'no policy asks anew for each row who is asking');
select is_empty(
  $$ select extname from pg_extension where extnamespace = 'public'::regnamespace and extname <> 'pgtap' $$, 'no extension is in the schema of the API');
select is_empty(
  $$ select relname from views where not coalesce(reloptions @> '{security_invoker=true}', false) $$, 'all views are security_invoker');
select is_empty(
  $$ select proname from functions where not coalesce(proconfig @> '{"search_path=\"\""}', false) $$, 'all functions have an empty search_path');
select is_empty(
  $$ select proname from functions
     where prosecdef and (has_function_privilege('anon', oid, 'execute') or has_function_privilege('authenticated', oid, 'execute')) $$,
  'anon and authenticated can call no function that has its owner''s rights');
select is_empty(
  $$ select proname from functions
     where provolatile = 'v' and (has_function_privilege('anon', oid, 'execute') or has_function_privilege('authenticated', oid, 'execute')) $$,
  'anon and authenticated can call no function that writes');
select is_empty(
  $$ select conrelid::regclass, conname from pg_constraint fk
     where contype = 'f' and conrelid in (select oid from tables)
       and not exists (select from pg_index i where i.indrelid = fk.conrelid
                       and (i.indkey::smallint[])[0:cardinality(fk.conkey) - 1] = fk.conkey) $$,
  'each foreign key has an index');
select is_empty(
  $$ select indrelid::regclass, array_agg(indexrelid::regclass) from pg_index where indrelid in (select oid from tables)
     group by indrelid, indkey::text, indclass::text, indoption::text, indcollation::text, coalesce(pg_get_expr(indexprs, indrelid), ''),
              coalesce(pg_get_expr(indpred, indrelid), '')
     having count(*) > 1 $$,
  'no two indexes are the same');
select is_empty(
  $$ select grantee, table_name, privilege_type from information_schema.role_table_grants
     where table_schema = 'public' and (table_name like 'benchmark\_%' or table_name like 'v\_%')
       and grantee in ('PUBLIC', 'anon', 'authenticated', 'service_role') and privilege_type <> 'SELECT'
       and (grantee, table_name, privilege_type) <> ('service_role', 'benchmark_transactions', 'INSERT') $$,
  'the only right to write is service_role''s, to insert runs');
select is_empty(
  $$ select relname from tables where obj_description(oid, 'pg_class') is null
     union all select relname from views where obj_description(oid, 'pg_class') is null $$,
  'each table and view says what it is');

select is_empty(
  $$ select proname from functions where pronamespace = 'public'::regnamespace and obj_description(oid, 'pg_proc') is null $$,
  'each function that clients may call says what it is');

select * from finish();
rollback;
