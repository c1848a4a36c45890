"""What each desk sees and does: the documents that the JSON API answers with and the pages show."""
