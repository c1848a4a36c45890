-- Campaigns, rounds, applications, draws, grants, purchases. Events, applications, draw files, grants, forfeits and
-- offers are only ever added to; a campaign's rules and a round never change once they count.

CREATE SCHEMA issuance;

CREATE TABLE issuance.campaign_moves (
    from_state text NOT NULL,
    to_state text NOT NULL,
    PRIMARY KEY (from_state, to_state)
);
INSERT INTO issuance.campaign_moves (from_state, to_state) VALUES
    ('draft', 'approved'), ('approved', 'open'), ('open', 'drawn'), ('drawn', 'selling'), ('selling', 'in_use'),
    ('in_use', 'closed'), ('closed', 'reported');

CREATE TABLE issuance.purchase_moves (
    from_state text NOT NULL,
    to_state text NOT NULL,
    PRIMARY KEY (from_state, to_state)
);
INSERT INTO issuance.purchase_moves (from_state, to_state) VALUES
    ('requested', 'awaiting_payment'), ('requested', 'failed'), ('requested', 'expired'), ('requested', 'cancelled'),
    ('requested', 'paid'), ('requested', 'refund_needed'),
    ('awaiting_payment', 'failed'), ('awaiting_payment', 'expired'), ('awaiting_payment', 'cancelled'),
    ('awaiting_payment', 'paid'), ('awaiting_payment', 'refund_needed'),
    ('failed', 'paid'), ('failed', 'refund_needed'),
    ('expired', 'paid'), ('expired', 'refund_needed'),
    ('cancelled', 'paid'), ('cancelled', 'refund_needed'),
    ('paid', 'refund_needed'), ('paid', 'refunded'),
    ('refund_needed', 'refunded');

CREATE TABLE issuance.campaigns (
    id uuid PRIMARY KEY,
    slug text NOT NULL,
    title text NOT NULL,
    state text NOT NULL,
    rules jsonb NOT NULL,
    rules_version integer NOT NULL,
    created_by uuid NOT NULL,
    approved_by uuid,
    created_at timestamptz NOT NULL,
    CONSTRAINT campaigns_slug_is_unique UNIQUE (slug),
    CONSTRAINT campaigns_slug_is_well_formed CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,63}$'),
    CONSTRAINT campaigns_state_is_known CHECK (
        state IN ('draft', 'approved', 'open', 'drawn', 'selling', 'in_use', 'closed', 'reported')
    ),
    CONSTRAINT campaigns_need_two_people CHECK (
        approved_by <> created_by AND (approved_by IS NOT NULL OR state = 'draft')
    )
);

CREATE TABLE issuance.campaign_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    campaign_id uuid NOT NULL,
    from_state text,
    to_state text NOT NULL,
    by uuid NOT NULL,
    desk text NOT NULL,
    at timestamptz NOT NULL,
    reason text NOT NULL,
    CONSTRAINT campaign_events_campaign_exists FOREIGN KEY (campaign_id) REFERENCES issuance.campaigns,
    CONSTRAINT campaign_events_move_is_legal FOREIGN KEY (from_state, to_state) REFERENCES issuance.campaign_moves
);
CREATE INDEX campaign_events_campaign ON issuance.campaign_events (campaign_id);

CREATE TABLE issuance.rounds (
    id uuid PRIMARY KEY,
    campaign_id uuid NOT NULL,
    number integer NOT NULL,
    slug text NOT NULL,
    rule text NOT NULL,
    units_offered integer NOT NULL,
    max_units integer NOT NULL,
    opens_at timestamptz NOT NULL,
    closes_at timestamptz NOT NULL,
    pay_from timestamptz NOT NULL,
    pay_until timestamptz NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    usable_at text NOT NULL,
    grace_days integer NOT NULL,
    offer_days integer NOT NULL,
    commitments text[] NOT NULL,
    state text NOT NULL,
    CONSTRAINT rounds_campaign_exists FOREIGN KEY (campaign_id) REFERENCES issuance.campaigns,
    CONSTRAINT rounds_number_is_unique UNIQUE (campaign_id, number),
    CONSTRAINT rounds_slug_is_unique UNIQUE (slug),
    CONSTRAINT rounds_slug_is_well_formed CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,63}$'),
    CONSTRAINT rounds_rule_is_known CHECK (rule IN ('equal_first', 'all_or_nothing', 'first_come')),
    CONSTRAINT rounds_state_is_known CHECK (state IN ('open', 'closed', 'frozen', 'drawn')),
    CONSTRAINT rounds_usable_at_is_known CHECK (usable_at IN ('all_shops', 'small_shops')),
    CONSTRAINT rounds_numbers_fit CHECK (
        number > 0 AND units_offered > 0 AND max_units > 0 AND grace_days >= 0 AND offer_days > 0
    ),
    CONSTRAINT rounds_dates_in_order CHECK (
        opens_at < closes_at AND opens_at <= pay_from AND pay_from < pay_until AND first_day <= last_day
    )
);

CREATE TABLE issuance.applications (
    round_id uuid NOT NULL,
    person_id uuid NOT NULL,
    version integer NOT NULL,
    receipt text NOT NULL,
    units integer NOT NULL,
    wallet_id uuid NOT NULL,
    household_id uuid,
    channel text NOT NULL,
    received_at timestamptz NOT NULL,
    key uuid,
    is_withdrawn boolean NOT NULL,
    leaf bytea,
    kid text,
    signature bytea,
    CONSTRAINT applications_one_per_person_and_version PRIMARY KEY (round_id, person_id, version),
    CONSTRAINT applications_receipt_is_unique UNIQUE (receipt, version),
    CONSTRAINT applications_round_exists FOREIGN KEY (round_id) REFERENCES issuance.rounds,
    CONSTRAINT applications_numbers_fit CHECK (version > 0 AND units > 0),
    CONSTRAINT applications_channel_is_known CHECK (channel IN ('web', 'counter')),
    CONSTRAINT applications_are_signed CHECK (
        is_withdrawn = (leaf IS NULL) AND is_withdrawn = (kid IS NULL) AND is_withdrawn = (signature IS NULL)
    )
);
CREATE INDEX applications_person ON issuance.applications (person_id);

CREATE TABLE issuance.draws (
    round_id uuid PRIMARY KEY,
    root text NOT NULL,
    rows integer NOT NULL,
    received integer NOT NULL,
    void jsonb NOT NULL,
    closed_at timestamptz NOT NULL,
    beacon_id text,
    beacon_round bigint,
    frozen_by uuid,
    second_person uuid,
    frozen_at timestamptz,
    signature text,
    drawn_at timestamptz,
    published_at timestamptz,
    CONSTRAINT draws_round_exists FOREIGN KEY (round_id) REFERENCES issuance.rounds,
    CONSTRAINT draws_need_two_people CHECK (frozen_by <> second_person),
    CONSTRAINT draws_steps_in_order CHECK (
        (frozen_at IS NULL) = (beacon_id IS NULL) AND (frozen_at IS NULL) = (beacon_round IS NULL)
        AND (frozen_at IS NULL) = (frozen_by IS NULL) AND (frozen_at IS NULL) = (second_person IS NULL)
        AND (drawn_at IS NULL OR frozen_at IS NOT NULL) AND (drawn_at IS NULL) = (signature IS NULL)
    )
);

CREATE TABLE issuance.draw_files (
    round_id uuid NOT NULL,
    name text NOT NULL,
    content bytea NOT NULL,
    sha256 text NOT NULL,
    PRIMARY KEY (round_id, name),
    CONSTRAINT draw_files_draw_exists FOREIGN KEY (round_id) REFERENCES issuance.draws,
    CONSTRAINT draw_files_digest_is_right CHECK (sha256 = encode(sha256(content), 'hex'))
);

CREATE TABLE issuance.grants (
    id uuid PRIMARY KEY,
    round_id uuid NOT NULL,
    person_id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    receipt text NOT NULL,
    units integer NOT NULL,
    origin text NOT NULL,
    pay_until timestamptz NOT NULL,
    granted_at timestamptz NOT NULL,
    CONSTRAINT grants_round_exists FOREIGN KEY (round_id) REFERENCES issuance.rounds,
    CONSTRAINT grants_units_are_positive CHECK (units > 0),
    CONSTRAINT grants_origin_is_known CHECK (origin IN ('draw', 'waiting_list', 'remainder'))
);
CREATE UNIQUE INDEX grants_one_decision_per_person ON issuance.grants (round_id, person_id)
    WHERE origin <> 'waiting_list';
CREATE INDEX grants_round_and_person ON issuance.grants (round_id, person_id);
CREATE INDEX grants_person ON issuance.grants (person_id);
CREATE INDEX grants_receipt ON issuance.grants (receipt);

CREATE TABLE issuance.forfeits (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    grant_id uuid NOT NULL,
    units integer NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT forfeits_grant_exists FOREIGN KEY (grant_id) REFERENCES issuance.grants,
    CONSTRAINT forfeits_units_are_positive CHECK (units > 0)
);
CREATE INDEX forfeits_grant ON issuance.forfeits (grant_id);

CREATE TABLE issuance.offers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    round_id uuid NOT NULL,
    position integer NOT NULL,
    grant_id uuid NOT NULL,
    units integer NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT offers_round_exists FOREIGN KEY (round_id) REFERENCES issuance.rounds,
    CONSTRAINT offers_grant_exists FOREIGN KEY (grant_id) REFERENCES issuance.grants,
    CONSTRAINT offers_numbers_fit CHECK (position > 0 AND units > 0)
);
CREATE INDEX offers_round ON issuance.offers (round_id);
CREATE INDEX offers_grant ON issuance.offers (grant_id);

CREATE TABLE issuance.purchases (
    id uuid PRIMARY KEY,
    grant_id uuid NOT NULL,
    round_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    units integer NOT NULL,
    method text NOT NULL,
    amount_yen bigint NOT NULL,
    premium_yen bigint NOT NULL,
    state text NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    key uuid NOT NULL,
    fingerprint uuid NOT NULL,
    provider_id text,
    slip jsonb,
    journal_id uuid,
    received_yen bigint,
    counter text,
    clerk_id uuid,
    CONSTRAINT purchases_key_is_unique UNIQUE (key),
    CONSTRAINT purchases_provider_id_is_unique UNIQUE (provider_id),
    CONSTRAINT purchases_grant_exists FOREIGN KEY (grant_id) REFERENCES issuance.grants,
    CONSTRAINT purchases_campaign_exists FOREIGN KEY (campaign_id) REFERENCES issuance.campaigns,
    CONSTRAINT purchases_numbers_fit CHECK (units > 0 AND amount_yen > 0 AND premium_yen >= 0),
    CONSTRAINT purchases_method_is_known CHECK (method IN ('card', 'konbini', 'counter')),
    CONSTRAINT purchases_state_is_known CHECK (state IN ('requested', 'awaiting_payment', 'paid', 'failed', 'expired',
        'cancelled', 'refund_needed', 'refunded')),
    CONSTRAINT purchases_counter_has_a_clerk CHECK (
        (method = 'counter') = (counter IS NOT NULL) AND (method = 'counter') = (clerk_id IS NOT NULL)
    ),
    CONSTRAINT purchases_paid_has_a_journal CHECK (state <> 'paid' OR journal_id IS NOT NULL)
) WITH (fillfactor = 80);
CREATE INDEX purchases_grant ON issuance.purchases (grant_id);
CREATE INDEX purchases_unpaid ON issuance.purchases (expires_at) WHERE state IN ('requested', 'awaiting_payment');
CREATE INDEX purchases_to_refund ON issuance.purchases (id) WHERE state = 'refund_needed';

CREATE TABLE issuance.purchase_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    purchase_id uuid NOT NULL,
    from_state text,
    to_state text NOT NULL,
    at timestamptz NOT NULL,
    reason text NOT NULL,
    CONSTRAINT purchase_events_purchase_exists FOREIGN KEY (purchase_id) REFERENCES issuance.purchases,
    CONSTRAINT purchase_events_move_is_legal FOREIGN KEY (from_state, to_state) REFERENCES issuance.purchase_moves
);
CREATE INDEX purchase_events_purchase ON issuance.purchase_events (purchase_id);

CREATE TABLE issuance.provider_events (
    event_id text PRIMARY KEY,
    kind text NOT NULL,
    provider_id text,
    refund_id text,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    processed_at timestamptz,
    outcome text,
    CONSTRAINT provider_events_processed_have_an_outcome CHECK ((processed_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX provider_events_waiting ON issuance.provider_events (received_at, event_id) WHERE processed_at IS NULL;

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['campaign_moves', 'purchase_moves', 'campaign_events', 'applications', 'draw_files',
        'grants', 'forfeits', 'offers', 'purchase_events'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON issuance.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_append_only', history);
    END LOOP;
    FOREACH history IN ARRAY ARRAY['campaigns', 'rounds', 'draws', 'purchases', 'provider_events'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE DELETE OR TRUNCATE ON issuance.%I
             FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change()', history || '_stay', history);
    END LOOP;
END $$;

CREATE TRIGGER campaigns_rules_stay BEFORE UPDATE ON issuance.campaigns FOR EACH ROW
    WHEN ((OLD.id, OLD.created_by, OLD.created_at) IS DISTINCT FROM (NEW.id, NEW.created_by, NEW.created_at)
        OR OLD.state <> 'draft'
        AND (OLD.slug, OLD.title, OLD.rules, OLD.rules_version, OLD.approved_by)
            IS DISTINCT FROM (NEW.slug, NEW.title, NEW.rules, NEW.rules_version, NEW.approved_by))
    EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER rounds_rules_stay BEFORE UPDATE OF
        id, campaign_id, number, slug, rule, units_offered, max_units, opens_at, closes_at, pay_from, pay_until,
        first_day, last_day, usable_at, grace_days, offer_days, commitments ON issuance.rounds
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER draws_steps_stay BEFORE UPDATE ON issuance.draws FOR EACH ROW
    WHEN ((OLD.round_id, OLD.root, OLD.rows, OLD.received, OLD.void, OLD.closed_at)
            IS DISTINCT FROM (NEW.round_id, NEW.root, NEW.rows, NEW.received, NEW.void, NEW.closed_at)
        OR OLD.frozen_at IS NOT NULL
        AND (OLD.beacon_id, OLD.beacon_round, OLD.frozen_by, OLD.second_person, OLD.frozen_at)
            IS DISTINCT FROM (NEW.beacon_id, NEW.beacon_round, NEW.frozen_by, NEW.second_person, NEW.frozen_at)
        OR OLD.drawn_at IS NOT NULL AND (OLD.signature, OLD.drawn_at) IS DISTINCT FROM (NEW.signature, NEW.drawn_at))
    EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER purchases_facts_stay BEFORE UPDATE OF
        id, grant_id, round_id, campaign_id, wallet_id, units, method, amount_yen, premium_yen, created_at, key,
        fingerprint, counter, clerk_id ON issuance.purchases
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER provider_events_notices_stay BEFORE UPDATE OF
        event_id, kind, provider_id, refund_id, body, created_at, received_at ON issuance.provider_events
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

-- A grant's row is the lock of its purchases and forfeits: who changes them has it first, and this last check holds
-- it too. What live purchases hold and what was forfeited never exceeds what was granted. Plans are held to index
-- look-ups, because one plan serves a batch of one and a batch of a thousand.
CREATE FUNCTION issuance.check_grants_hold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
    PERFORM FROM issuance.grants WHERE id IN (SELECT grant_id FROM changed) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM issuance.grants AS g
        WHERE g.id IN (SELECT grant_id FROM changed)
          AND g.units < (
              SELECT coalesce(sum(p.units), 0) FROM issuance.purchases AS p
              WHERE p.grant_id = g.id AND p.state IN ('requested', 'awaiting_payment', 'paid')
          ) + (SELECT coalesce(sum(f.units), 0) FROM issuance.forfeits AS f WHERE f.grant_id = g.id)
    ) THEN
        RAISE EXCEPTION 'purchases hold more units than were granted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'purchases_stay_within_grant';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER purchases_within_grant_when_added AFTER INSERT ON issuance.purchases
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION issuance.check_grants_hold();
CREATE TRIGGER purchases_within_grant_when_moved AFTER UPDATE ON issuance.purchases
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION issuance.check_grants_hold();
CREATE TRIGGER forfeits_within_grant AFTER INSERT ON issuance.forfeits
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION issuance.check_grants_hold();

-- Applications share their round's row, so that closing it waits for those under way; a first-come round is taken
-- alone, because its units are counted.
CREATE FUNCTION issuance.share_rounds(round_ids uuid[]) RETURNS SETOF issuance.rounds
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM issuance.rounds
        WHERE id = ANY (round_ids) AND rule <> 'first_come' ORDER BY id FOR SHARE;
    RETURN QUERY SELECT * FROM issuance.rounds
        WHERE id = ANY (round_ids) AND rule = 'first_come' ORDER BY id FOR NO KEY UPDATE;
END $$;

CREATE FUNCTION issuance.lock_grants(
    grant_ids uuid[], round_ids uuid[], person_ids uuid[], purchase_ids uuid[], provider_ids text[]
) RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
    RETURN QUERY SELECT g.id FROM issuance.grants AS g
    WHERE g.id IN (
        SELECT unnest(grant_ids)
        UNION SELECT h.id FROM unnest(round_ids, person_ids) AS asked (round_id, person_id)
              JOIN issuance.grants AS h ON h.round_id = asked.round_id AND h.person_id = asked.person_id
        UNION SELECT p.grant_id FROM issuance.purchases AS p WHERE p.id = ANY (purchase_ids)
        UNION SELECT p.grant_id FROM issuance.purchases AS p WHERE p.provider_id = ANY (provider_ids)
    ) ORDER BY g.id FOR NO KEY UPDATE;
END $$;

GRANT USAGE ON SCHEMA issuance TO kashiman_app, kashiman_auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA issuance TO kashiman_app, kashiman_auditor;
REVOKE SELECT ON issuance.provider_events FROM kashiman_app, kashiman_auditor;
GRANT SELECT (event_id, kind, provider_id, refund_id, created_at, received_at, processed_at, outcome)
    ON issuance.provider_events TO kashiman_app, kashiman_auditor;
GRANT INSERT (event_id, kind, provider_id, refund_id, body, created_at, received_at)
    ON issuance.provider_events TO kashiman_app;
GRANT UPDATE (processed_at, outcome) ON issuance.provider_events TO kashiman_app;
GRANT INSERT ON issuance.campaigns TO kashiman_staff;
GRANT UPDATE (state, approved_by) ON issuance.campaigns TO kashiman_staff, kashiman_worker;
GRANT INSERT ON issuance.campaign_events TO kashiman_staff, kashiman_worker;
GRANT INSERT ON issuance.rounds TO kashiman_staff;
GRANT UPDATE (state) ON issuance.rounds TO kashiman_staff, kashiman_worker;
GRANT INSERT ON issuance.applications TO kashiman_apply, kashiman_staff;
GRANT INSERT, UPDATE ON issuance.draws TO kashiman_staff, kashiman_worker;
GRANT INSERT ON issuance.draw_files TO kashiman_staff, kashiman_worker;
GRANT INSERT ON issuance.grants TO kashiman_apply, kashiman_staff, kashiman_worker;
GRANT INSERT ON issuance.forfeits, issuance.offers TO kashiman_staff, kashiman_worker;
GRANT INSERT ON issuance.purchases, issuance.purchase_events TO kashiman_app;
GRANT UPDATE (state, expires_at, provider_id, slip, journal_id, received_yen) ON issuance.purchases TO kashiman_app;
REVOKE ALL ON FUNCTION issuance.share_rounds, issuance.lock_grants FROM PUBLIC;
GRANT EXECUTE ON FUNCTION issuance.share_rounds, issuance.lock_grants TO kashiman_app;
