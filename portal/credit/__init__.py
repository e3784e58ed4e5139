"""Credit grades: criteria with their source, a grade with every reason, objection, repair and expiry."""
