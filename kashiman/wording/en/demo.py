"""The demo city."""

SENTENCES = {
    "city_size_out_of_range": (
        "The demo city's size is out of range[ (1 to {residents_max} residents, 1 to {merchants_max} "
        "merchants)]. Nothing was made. Please correct the numbers."
    ),
    "directory_not_empty": (
        "The directory for the results[ ({directory})] is not empty. Nothing was overwritten. Please name an empty one."
    ),
    "demo_already_running": (
        "Another demo of this directory is still running[ ({connections} connections)]. Nothing was changed. "
        "Please end it first."
    ),
}
