"""标签: the free words that items carry: how many carry which, renamed and merged for all of them at once as bulk changes that can be taken back."""
