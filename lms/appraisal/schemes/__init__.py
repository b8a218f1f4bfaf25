"""考核方案: which parts count, with what weight, from when on."""
