"""结业证书: who has completed what, with a number that can be checked."""
