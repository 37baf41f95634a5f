-- Who may do what on the server, each with the least that does: run by the superuser, again at any time.
--
--   owner      the collector and dbt: owns the database and all that is in it, and is no superuser
--   bi_reader  BI, notebooks, the site of docs: comes in, and reads what dbt grants it at each build
--              (`grants` in dbt_project.yml: marts, quality, ops)
--
--   psql --username postgres --dbname postgres --set database=odds --set owner=odds \
--     --set owner_password=… --set reader_password=… --file roles.sql
\set ON_ERROR_STOP on

select format('create role %I', name)
from (values (:'owner'), ('bi_reader')) as wanted (name)
where not exists (select 1 from pg_roles where rolname = wanted.name) \gexec

alter role :"owner" login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
    password :'owner_password';
alter role bi_reader login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
    password :'reader_password';
alter role bi_reader set default_transaction_read_only = on;

select format('create database %I', :'database')
where not exists (select 1 from pg_database where datname = :'database') \gexec

alter database :"database" owner to :"owner";
revoke all on database :"database" from public;
grant connect on database :"database" to bi_reader;

\connect :database
revoke all on schema public from public;
alter schema public owner to :"owner";
