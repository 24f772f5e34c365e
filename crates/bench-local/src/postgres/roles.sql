/*
 * What a Supabase project has before the first migration: its roles, their limits, who may be whom.
 *
 * Run at every start, as supabase_admin; changes nothing that is there already.
 * Differs from Supabase in nothing our schema can see: no auth, storage and realtime schemas.
 */
do $roles$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'anon') then
    create role anon nologin noinherit;
    create role authenticated nologin noinherit;
    create role service_role nologin noinherit bypassrls;
    create role authenticator login noinherit;
    -- The owner of the database is no superuser, so nothing of ours may need one.
    create role postgres login createdb createrole replication bypassrls;
    grant anon, authenticated, service_role to authenticator;
    grant anon, authenticated, service_role to postgres with admin option;
    grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
  end if;
end $roles$;
-- A restore stops the triggers with it.
grant set on parameter session_replication_role to postgres;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role postgres set search_path = "$user", public, extensions;

-- PostgreSQL lets the database's owner create in `public`, and no one else.
alter database postgres owner to postgres;
grant usage on schema public to anon, authenticated, service_role;

create schema if not exists extensions authorization postgres;
grant usage on schema extensions to public;

-- Since 2026-10-30 nothing new in `public` is reachable before it is granted. Tables are so by
-- PostgreSQL's own rules, functions are not.
alter default privileges for role postgres revoke execute on functions from public;

-- As on Supabase, extensions belong to the superuser; pgTAP is for tests, where it is installed.
do $pgtap$
begin
  if exists (select from pg_catalog.pg_available_extensions where name = 'pgtap') then
    create extension if not exists pgtap with schema extensions;
  end if;
end $pgtap$;
