"""The demo city."""

SENTENCES = {
    "city_size_out_of_range": (
        "デモの街の大きさが範囲外です[（住民は1〜{residents_max}人、加盟店は1〜{merchants_max}店）]。"
        "何も作っていません。数を直してください。"
    ),
    "directory_not_empty": (
        "保存先のフォルダ[（{directory}）]に、すでにファイルがあります。何も上書きしていません。"
        "空のフォルダを指定してください。"
    ),
    "demo_already_running": (
        "このフォルダのデモが、すでに動いています[（接続{connections}件）]。何も変わっていません。"
        "先にそちらを終えてください。"
    ),
}
