"""口语录音: what candidates say into the page, brought in pieces, kept whole under its hash."""
