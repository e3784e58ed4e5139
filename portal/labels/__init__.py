"""Labels within what the land can carry: asked for, issued, handed on, used, closed."""
