"""What planning does, one file each."""
