-- Rounds for first-timers: whom another round of the campaign granted units does not apply in them.

ALTER TABLE issuance.rounds ADD COLUMN first_time_only boolean NOT NULL DEFAULT false;
DROP TRIGGER rounds_rules_stay ON issuance.rounds;
CREATE TRIGGER rounds_rules_stay BEFORE UPDATE OF
        id, campaign_id, number, slug, rule, units_offered, max_units, opens_at, pay_from, pay_until,
        first_day, last_day, usable_at, grace_days, offer_days, commitments, quota, first_time_only ON issuance.rounds
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- As before, and whether a round granted somebody units, paid for or not; also as one of a household that was drawn as
-- one row.
DROP FUNCTION issuance.lock_units_held;
DROP FUNCTION issuance.units_held;
CREATE FUNCTION issuance.units_held(campaign_ids uuid[], person_ids uuid[], household_ids uuid[])
RETURNS TABLE (
    campaign_id uuid, round_id uuid, person_id uuid, household_id uuid, units bigint, was_granted boolean
)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
    RETURN QUERY
        SELECT r.campaign_id, newest.round_id, newest.person_id, newest.household_id,
            CASE WHEN r.state = 'drawn' OR r.rule = 'first_come' THEN granted.units
                 WHEN newest.is_withdrawn THEN 0 ELSE newest.units END,
            granted.times > 0 OR r.state = 'drawn' AND EXISTS (
                SELECT FROM issuance.draws AS d
                JOIN issuance.draw_voids AS v
                    ON v.round_id = d.round_id AND v.list_version = d.list_version AND v.receipt = newest.receipt
                JOIN issuance.grants AS g ON g.round_id = v.round_id AND g.receipt = v.stands_for_it
                WHERE d.round_id = newest.round_id
            )
        FROM (
            SELECT a.round_id, a.person_id FROM unnest(person_ids) AS given (id)
            JOIN issuance.applications AS a ON a.person_id = given.id
            UNION
            SELECT a.round_id, a.person_id FROM unnest(household_ids) AS given (id)
            JOIN issuance.applications AS a ON a.household_id = given.id
        ) AS applicant
        JOIN issuance.rounds AS r ON r.id = applicant.round_id AND r.campaign_id = ANY (campaign_ids)
        CROSS JOIN LATERAL (
            SELECT a.* FROM issuance.applications AS a
            WHERE a.round_id = applicant.round_id AND a.person_id = applicant.person_id
            ORDER BY a.version DESC LIMIT 1
        ) AS newest
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(g.units - coalesce(lost.units, 0)), 0)::bigint AS units, count(*) AS times
            FROM issuance.grants AS g
            LEFT JOIN LATERAL (
                SELECT sum(f.units) AS units FROM issuance.forfeits AS f WHERE f.grant_id = g.id
            ) AS lost ON true
            WHERE g.round_id = applicant.round_id AND g.person_id = applicant.person_id
        ) AS granted;
END $$;

CREATE FUNCTION issuance.lock_units_held(campaign_ids uuid[], person_ids uuid[], household_ids uuid[])
RETURNS TABLE (
    campaign_id uuid, round_id uuid, person_id uuid, household_id uuid, units bigint, was_granted boolean
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    bucket integer;
BEGIN
    FOR bucket IN
        SELECT DISTINCT get_byte(uuid_send(given.id), 15) FROM unnest(person_ids || household_ids) AS given (id)
        ORDER BY 1
    LOOP
        PERFORM pg_advisory_xact_lock(7003, bucket);
    END LOOP;
    RETURN QUERY SELECT * FROM issuance.units_held(lock_units_held.campaign_ids, lock_units_held.person_ids,
        lock_units_held.household_ids);
END $$;

REVOKE ALL ON FUNCTION issuance.units_held, issuance.lock_units_held FROM PUBLIC;
GRANT EXECUTE ON FUNCTION issuance.units_held, issuance.lock_units_held TO kashiman_app;
