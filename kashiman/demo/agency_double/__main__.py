"""Serve the double on loopback: `python -m kashiman.demo.agency_double --port 12113 --client-keys '{"keys": []}'`."""

import json

from kashiman.demo.agency_double.app import create_app
from kashiman.demo.agency_double.realm import DOUBLE_CLIENT_ID, Realm
from kashiman.demo.doubles.serving import clock_of, double_options, serve_double


def main() -> None:
    """Serve one realm with one registered client."""
    parser = double_options("kashiman.demo.agency_double", __doc__)
    parser.add_argument("--client-id", default=DOUBLE_CLIENT_ID)
    parser.add_argument("--client-keys", default='{"keys": []}', help="the client's public keys, as a JWK set")
    parser.add_argument("--redirect-uri", action="append", default=[], help="a callback URL that is registered")
    options = parser.parse_args()
    realm = Realm(
        clock=clock_of(options),
        issuer=f"http://127.0.0.1:{options.port}/api/realms/main",
        client_id=options.client_id,
        client_keys=json.loads(options.client_keys)["keys"],
        redirect_uris=set(options.redirect_uri),
    )
    serve_double(create_app(realm), options)


if __name__ == "__main__":
    main()
