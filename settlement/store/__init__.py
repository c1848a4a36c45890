"""Every SQL statement of paying the shops. Of the books it reads the published view of what shops are owed."""
