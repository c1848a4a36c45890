"""The resident roll, and numbers that nobody may give."""

SENTENCES = {
    "my_number_given": "A My Number is written here[ ({fields})]. It was not taken. Please remove it and send again.",
    "roll_file_undecodable": (
        "The roll cannot be read as {encoding}[ (row {row}, byte {byte})]. Nothing was imported. Please save it "
        "as UTF-8 or CP932."
    ),
    "roll_row_unreadable": "Row {row} of the roll is not valid CSV. Nothing was imported. Please export it again.",
    "roll_columns_missing": (
        "The roll’s header lacks columns[ ({columns})]. Nothing was imported. Please check the first row."
    ),
    "roll_column_twice": "The roll’s header names “{column}” twice. Nothing was imported. Please keep one.",
    "roll_has_no_rows": "Nobody stands in the roll. Nothing was imported. Please check the file.",
    "roll_holds_my_number": (
        "The roll holds a My Number in {cell_count} cell(s)[, first in row {row}, “{column}”]. Nothing was "
        "imported. Please remove them and import again."
    ),
    "roll_rows_unusable": (
        "The roll has {problem_count} fault(s)[, first in row {row}, “{column}”]. Nothing was imported. Please "
        "correct it and import again."
    ),
    "roll_base_date_in_future": (
        "The base date {base_date} has not come yet. Nothing was imported. Please check the date."
    ),
    "roll_older_than_last": (
        "A newer roll[ (of {last_base_date})] was imported already. Nothing was imported. Please use a newer one."
    ),
    "roll_file_differs": (
        "This is not the file you looked at before. Nothing was imported. Choose the same file, or start again."
    ),
}
