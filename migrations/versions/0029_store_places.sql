-- Where stores are, for whoever looks for one, and which stores a resident marked to find them again.

CREATE TABLE merchants.store_places (
    store_id uuid PRIMARY KEY,
    name_kana text NOT NULL,
    address text NOT NULL,
    latitude numeric(8, 6),
    longitude numeric(9, 6),
    placed_at timestamptz NOT NULL,
    CONSTRAINT store_places_store_exists FOREIGN KEY (store_id) REFERENCES merchants.stores,
    CONSTRAINT store_places_kana_is_katakana CHECK (name_kana ~ '^[ァ-ヺー・　 0-9A-Za-z&.-]*$'),
    CONSTRAINT store_places_point_is_whole CHECK ((latitude IS NULL) = (longitude IS NULL)),
    CONSTRAINT store_places_point_is_on_earth CHECK (latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180)
);
CREATE TRIGGER store_places_store_stays BEFORE UPDATE OF store_id ON merchants.store_places
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

CREATE TABLE merchants.favourite_stores (
    wallet_id uuid NOT NULL,
    store_id uuid NOT NULL,
    marked_at timestamptz NOT NULL,
    CONSTRAINT favourite_stores_are_marked_once PRIMARY KEY (wallet_id, store_id),
    CONSTRAINT favourite_stores_store_exists FOREIGN KEY (store_id) REFERENCES merchants.stores
);

-- One spelling for what people type and what is written: full and half width, both kana, capitals, blanks and dots.
CREATE FUNCTION merchants.searchable(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT translate(
        lower(normalize(words, NFKC)),
        'ァアィイゥウェエォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトドナニヌネ' ||
        'ノハバパヒビピフブプヘベペホボポマミムメモャヤュユョヨラリルレロヮワヰヱヲンヴヵヶ ・·-‐ー−',
        'ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとどなにぬね' ||
        'のはばぱひびぴふぶぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろゎわゐゑをんゔゕゖ'
    )
$$;

GRANT EXECUTE ON FUNCTION merchants.searchable TO kashiman_app, kashiman_auditor;
GRANT SELECT ON merchants.store_places TO kashiman_app, kashiman_auditor;
GRANT INSERT, UPDATE (name_kana, address, latitude, longitude, placed_at) ON merchants.store_places TO kashiman_staff;
-- Which shops somebody likes is theirs alone: neither city hall nor an auditor reads it.
GRANT SELECT, INSERT, DELETE ON merchants.favourite_stores TO kashiman_pay;

-- With the person go the marks.
CREATE FUNCTION merchants.forget_favourites_of_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM merchants.favourite_stores WHERE wallet_id = OLD.wallet_id;
    RETURN NULL;
END $$;
CREATE TRIGGER people_erased_have_no_favourites AFTER UPDATE OF erased_at ON identity.people
    FOR EACH ROW WHEN (NEW.erased_at IS NOT NULL) EXECUTE FUNCTION merchants.forget_favourites_of_erased();
REVOKE ALL ON FUNCTION merchants.forget_favourites_of_erased FROM PUBLIC;
