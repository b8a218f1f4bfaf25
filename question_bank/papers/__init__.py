"""试卷: items put together by a blueprint, in variants, ready to be sat or printed."""
