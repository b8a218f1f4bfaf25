"""File formats (交换格式): each file here turns one kind of file into lines and rows with positions."""
