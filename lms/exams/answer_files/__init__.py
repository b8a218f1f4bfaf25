"""应急答卷: what a page could not send is sealed into a file, and staff take it in by the same way."""
