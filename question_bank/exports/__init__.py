"""导出: items as a file for Excel, Word, Moodle or QTI, and empty templates for writing some."""
