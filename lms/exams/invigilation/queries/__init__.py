"""Reading the exam day. Which sittings an account may see is decided by their scope, in the SQL."""
