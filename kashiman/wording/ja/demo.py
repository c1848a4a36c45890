"""The demo city."""

SENTENCES = {
    "city_size_out_of_range": (
        "デモの街の大きさが範囲外です[（住民は1〜{residents_max}人、加盟店は1〜{merchants_max}店）]。"
        "何も作っていません。数を直してください。"
    ),
}
