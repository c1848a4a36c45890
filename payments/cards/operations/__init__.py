"""What changes cards and what pays with them: one file, one public function."""
