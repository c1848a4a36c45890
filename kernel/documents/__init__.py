"""Papers: PDFs that are printed and kept, and tables that a spreadsheet opens.

A face keeps a typst template for each paper in its `documents` directory; all of them build on `paper.typ` here. What
stands on a paper is handed over as data and never becomes part of a template, so no name can be read as code. The PDFs
are tagged (PDF/UA-1) and made to be archived (PDF/A-2a), bring their fonts along, and are the same bytes for the same
data. They are set in a process of their own, whose time and memory are bounded.
"""

from kernel.documents.spreadsheet import csv_bytes, csv_parts
from kernel.documents.typesetting import Template, pdf_headers, typeset

__all__ = ["Template", "csv_bytes", "csv_parts", "pdf_headers", "typeset"]
