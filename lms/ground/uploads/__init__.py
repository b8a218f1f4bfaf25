"""文件: files that people bring or jobs make, kept once by content and known by a row each."""
