"""The codes that start a payment: what is drawn, scanned and read, as pure text formats."""
