"""What staff and the clock write goes through the session like everything else; what candidates
write goes through the journal, on its connection and in its transactions."""
