"""What the register says is changed by proposal: a draft, its reason, and a second person who confirms."""
