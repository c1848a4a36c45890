"""The demo city."""

SENTENCES = {
    "city_size_out_of_range": (
        "街（まち）の 大（おお）きさが 正（ただ）しく ありません。何（なに）も 作（つく）って いません。"
        "数（かず）を 直（なお）して ください。"
    ),
}
