"""纸质答卷: when the hall falls back to paper, each candidate's own sheet is printed, and keyed in after."""
