"""Checks by lot (双随机、一公开): who is checked and by whom is drawn so that anyone can draw it again."""
