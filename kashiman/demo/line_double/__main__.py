"""Serve the double on loopback: `python -m kashiman.demo.line_double --port 12112`."""

from kashiman.demo.doubles.serving import clock_of, double_options, serve_double
from kashiman.demo.line_double import account as defaults
from kashiman.demo.line_double.account import LineAccount
from kashiman.demo.line_double.app import create_app


def main() -> None:
    """Serve one provider account with a login channel and an official account."""
    parser = double_options("kashiman.demo.line_double", __doc__)
    parser.add_argument("--redirect-uri", action="append", default=[], help="a callback URL that is registered")
    parser.add_argument("--channel-id", default=defaults.DOUBLE_CHANNEL_ID)
    parser.add_argument("--channel-secret", default=defaults.DOUBLE_CHANNEL_SECRET)
    parser.add_argument("--bot-token", default=defaults.DOUBLE_BOT_TOKEN)
    parser.add_argument("--bot-secret", default=defaults.DOUBLE_BOT_SECRET)
    parser.add_argument("--webhook-url", help="where events are posted; without it they are only handed out")
    options = parser.parse_args()
    account = LineAccount(
        clock=clock_of(options),
        channel_id=options.channel_id,
        channel_secret=options.channel_secret,
        bot_token=options.bot_token,
        bot_secret=options.bot_secret,
        redirect_uris=set(options.redirect_uri),
        webhook_url=options.webhook_url,
    )
    serve_double(create_app(account), options)


if __name__ == "__main__":
    main()
