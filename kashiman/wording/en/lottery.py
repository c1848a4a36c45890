"""The verifiable draw: its files, receipts and beacon."""

SENTENCES = {
    "manifest_not_canonical": (
        "“{file}” is not written in canonical form. The draw is unchanged. "
        "Please use the published file exactly as it is."
    ),
    "manifest_member_invalid": (
        "In “{file}” the member[ “{member}”] is missing or breaks its rule. The draw is unchanged. "
        "Please use the published file exactly as it is."
    ),
    "draw_file_not_well_formed": (
        "[Line {line} of ]“{file}” is not of the right form. The draw is unchanged. "
        "Please use the published file exactly as it is."
    ),
    "draw_row_not_well_formed": (
        "The list for the draw cannot be made: “{member}” of application {receipt} does not fit its form. "
        "Nothing was changed. Please check the application."
    ),
    "receipt_listed_twice": "Receipt {receipt} stands in the list twice. Nothing was drawn. Please check the list.",
    "group_listed_twice": (
        "The same group of applicants[ ({group})] stands in the list twice. Nothing was drawn. Please check the list."
    ),
    "row_exceeds_max_units": (
        "Application {receipt} asks for more units[ ({units})] than the campaign allows[ ({max_units})]. "
        "Nothing was drawn. Please check the application."
    ),
    "root_does_not_match_list": (
        "The list is not the one that was published at closing. Nothing was drawn. Please use the published list."
    ),
    "counts_do_not_add_up": (
        "The numbers of applications do not add up[ ({received} received, {listed_rows} listed, {void} void)]. "
        "Nothing was drawn. Please check the list."
    ),
    "manifest_already_drawn": (
        "This draw[ ({campaign})] has already been made. It was not made again. Please see the published result."
    ),
    "reveals_do_not_pair_with_commitments": (
        "The number of revealed secrets[ ({reveals})] is not that of the commitments[ ({commitments})]. "
        "Nothing was drawn. Please enter one for each witness."
    ),
    "reveal_does_not_open_commitment": (
        "The secret of witness[ {holder}] is not the one that was committed to. Nothing was drawn. "
        "Please check what was entered."
    ),
    "beacon_signature_invalid": (
        "The signature of the public beacon[ (round {round_number})] could not be verified. Nothing was drawn. "
        "Please check its value."
    ),
    "fallback_statement_invalid": (
        "The fallback's statement is not right[ ({beacon_id}, round {round_number})]. Nothing was drawn. "
        "Please enter it as “name:round:result”."
    ),
    "draw_time_between_rounds": (
        "No beacon round appears at the time of the draw[ ({draw_at})]. Nothing was changed. "
        "Please choose a whole minute."
    ),
    "draw_time_too_soon": (
        "The time of the draw[ ({draw_at})] is too soon. Nothing was changed.[ Please choose {earliest_at} or later.]"
    ),
    "receipt_not_well_formed": (
        "“{member}” of the receipt is not right. The application is unchanged. "
        "Please use the receipt exactly as you received it."
    ),
    "receipt_signature_invalid": (
        "It could not be verified that the city signed receipt {receipt}. The application is unchanged. "
        "Please tell the commerce desk at city hall."
    ),
    "receipt_leaf_differs": (
        "Receipt {receipt} does not agree with its own number and units. The application is unchanged. "
        "Please tell the commerce desk at city hall."
    ),
}
