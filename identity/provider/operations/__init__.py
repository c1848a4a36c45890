"""What can happen at the provider."""
