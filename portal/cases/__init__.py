"""Administrative cases: from tip, check, transfer or own finding to decision, publication and removal."""
