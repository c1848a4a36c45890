-- One role owns everything and nobody signs in as it. Each class of process acts as its own role.
-- Roles belong to the whole server, so they may already exist.

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY[
        'kashiman_owner', 'kashiman_app',
        'kashiman_pay', 'kashiman_apply', 'kashiman_staff', 'kashiman_worker', 'kashiman_auditor'
    ] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END LOOP;
END $$;

GRANT kashiman_app TO kashiman_pay, kashiman_apply, kashiman_staff, kashiman_worker;

DO $$
BEGIN
    EXECUTE format('GRANT CREATE, CONNECT, TEMPORARY ON DATABASE %I TO kashiman_owner', current_database());
    EXECUTE format('GRANT kashiman_owner, kashiman_pay, kashiman_apply, kashiman_staff, kashiman_worker, kashiman_auditor TO %I', current_user);
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
