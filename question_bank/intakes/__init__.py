"""来题: question files as people write them, read, checked by a person and taken into a bank, whole or not at all."""
