"""The demo city."""

SENTENCES = {
    "city_size_out_of_range": (
        "The demo city's size is out of range[ (1 to {residents_max} residents, 1 to {merchants_max} "
        "merchants)]. Nothing was made. Please correct the numbers."
    ),
}
