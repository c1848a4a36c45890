"""The bank's files: what is written to them and read from them."""

SENTENCES = {
    "kana_forbidden": (
        "[Item {item_number}: ]the character “{character}” at position {position} of “{field}” has no place "
        "in a bank file. No file was made. Please correct it and try again."
    ),
    "kana_too_long": (
        "[Item {item_number}: ]“{field}” is too long[ ({length_bytes} bytes; at most {max_bytes}, voicing "
        "marks counted)]. No file was made. Please shorten it."
    ),
    "kana_missing": "[Item {item_number}: ]“{field}” is empty. No file was made. Please enter it in kana.",
    "field_not_digits": (
        "[Item {item_number}: ]“{field}” must be[ exactly {digits}] digits[; it is “{text}”]. "
        "No file was made. Please correct it."
    ),
    "account_kind_not_allowed": (
        "[Item {item_number}: ]this kind of account[ ({account_kind})] cannot be used here. No file was made. "
        "Please correct the account."
    ),
    "new_code_unknown": (
        "[Item {item_number}: ]the new-payee code[ “{new_code}”] is none of 0, 1 and 2. "
        "Nothing was taken from the file. Please check it."
    ),
    "customer_code_out_of_range": (
        "[Item {item_number}: ]“{field}”[ ({given})] must be a whole number of at most ten digits. "
        "No file was made. Please correct it."
    ),
    "customer_codes_beside_edi": (
        "[Item {item_number}: ]there are both customer codes and EDI information, which share the same columns. "
        "No file was made. Please keep only one of them."
    ),
    "transfer_amount_out_of_range": (
        "[Item {item_number}: ]the amount[ ({given})] cannot be transferred. "
        "[It must be from {min_yen} to {max_yen}. ]No file was made and no money has moved."
    ),
    "transfer_total_too_large": (
        "The sum of the transfers[ ({total_yen})] is more than one file can carry[ ({max_yen})]. "
        "No file was made. Please split it."
    ),
    "transfer_file_empty": (
        "There is nothing to pay. No file was made and no money has moved. Please check the closing."
    ),
    "transfer_file_too_long": (
        "There are more transfers[ ({items})] than the bank takes at once[ ({max_items})]. No file was made. "
        "Please split it."
    ),
    "pay_date_not_business_day": (
        "Banks are closed on the pay day[ ({pay_date})]. No file was made. Please choose a business day."
    ),
    "pay_date_outside_bank_window": (
        "The pay day[ ({pay_date})] is outside the bank's window. "
        "[Please choose a day from {first_date} to {last_date}. ]No file was made."
    ),
    "line_end_wrong": (
        "The line ends[ at record {record_number}] are not right. Nothing was taken from the file. "
        "Please use it exactly as the bank sent it."
    ),
    "record_length_wrong": (
        "Record[ {record_number}] has the wrong length[ ({length_bytes} bytes instead of {expected_bytes})]. "
        "Nothing was taken from the file. Please use it exactly as the bank sent it."
    ),
    "record_byte_forbidden": (
        "There is a byte that may not be there[ (record {record_number}, column {position})]. "
        "Nothing was taken from the file. Please use it exactly as the bank sent it."
    ),
    "record_out_of_order": (
        "The records are out of order[ at no. {record_number}][ (“{found}” instead of {expected})]. "
        "Nothing was taken from the file. Please check that it is complete."
    ),
    "record_constant_wrong": (
        "“{field}”[ in record {record_number}] is not what it must be[ (“{found}” instead of "
        "“{expected}”)]. Nothing was taken from the file. Please check what kind of file it is."
    ),
    "pay_date_not_a_day": (
        "The pay day[ ({month_day})] is no day of the calendar. Nothing was taken from the file. Please check it."
    ),
    "transfer_count_wrong": (
        "The trailer states another number of transfers[ ({stated})] than the file holds[ ({counted})]. "
        "Nothing was taken from the file. Please check that it is complete."
    ),
    "transfer_sum_wrong": (
        "The trailer states another sum[ ({stated_yen})] than the transfers add up to[ ({counted_yen})]. "
        "Nothing was taken from the file. Please check that it is complete."
    ),
}
