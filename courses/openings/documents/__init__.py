"""The documents of an opening: Word to be changed, PDF to be filed, Excel for the year."""
