"""Printed papers: pages as HTML and PDF, serials stamped on every copy, Word."""
