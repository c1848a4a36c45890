"""The decisions of paying the shops as pure functions: sums in, dues, files and moves out."""
