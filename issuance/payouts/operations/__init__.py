"""What changes payouts and disputes: one file, one public function."""
