"""The command line, as an operator types it: what it says and with which status it ends."""



