"""表格: Excel workbooks and CSV files, read as rows of plain text and written as workbooks."""
