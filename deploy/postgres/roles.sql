-- Who may do what on the server, each with the least that does: run by the superuser, again at any time.
--
--   owner    the collector and dbt: owns the database and all that is in it, and is no superuser
--   reader   BI, notebooks, the site: reads what stands in `marts`, `quality` and `ops`, also tables
--            made later
--
--   psql --username postgres --dbname postgres --set database=odds --set owner=odds \
--     --set owner_password=… --set reader=odds_reader --set reader_password=… --file roles.sql
\set ON_ERROR_STOP on

select format('create role %I', name)
from (values (:'owner'), (:'reader')) as wanted (name)
where not exists (select 1 from pg_roles where rolname = wanted.name) \gexec

alter role :"owner" login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
    password :'owner_password';
alter role :"reader" login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
    password :'reader_password';
alter role :"reader" set default_transaction_read_only = on;

select format('create database %I', :'database')
where not exists (select 1 from pg_database where datname = :'database') \gexec

alter database :"database" owner to :"owner";
revoke all on database :"database" from public;
grant connect on database :"database" to :"reader";

\connect :database
revoke all on schema public from public;
alter schema public owner to :"owner";
select format(command, name, :'owner', :'reader')
from (values ('marts'), ('quality'), ('ops')) as readable (name)
cross join (
    values
    (1, 'create schema if not exists %1$I'),
    (2, 'alter schema %1$I owner to %2$I'),
    (3, 'grant usage on schema %1$I to %3$I'),
    (4, 'grant select on all tables in schema %1$I to %3$I'),
    -- what dbt makes there later, and makes anew
    (5, 'alter default privileges for role %2$I in schema %1$I grant select on tables to %3$I')
) as commands (step, command)
order by name, step \gexec
