"""The rules of attempts: states and times, operations, digests and receipts, option orders."""
