"""Who may see which screen."""

SENTENCES = {
    "not_a_resident": "This screen is a resident's wallet. No money has moved. Please sign in with a resident's code.",
    "not_a_shop_user": "This screen is for shops. No money has moved. Please sign in with your shop's code.",
    "too_many_feeds": (
        "Too many screens of this shop are open[ (at most {streams_max})]. No money has moved. "
        "Please close those that are not used. Today's list shows every payment too."
    ),
    "owner_only": "Only the owner of the shop may do this. No money has moved. Please ask the owner.",
    "store_not_chosen": (
        "You act for several stores, and none was chosen. No money has moved. Please choose the store and try again."
    ),
    "not_staff": "This screen is for city staff. Nothing was changed. Please sign in with a staff code.",
    "role_not_allowed": "Your role may not do this. Nothing was changed.[ Please ask: {needed_roles}.]",
    "draw_file_unknown": "No file “{name}” was published. Please choose one from the draw's page.",
}
