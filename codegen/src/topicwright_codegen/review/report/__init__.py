"""What follows from the findings: approvals, roll-out, next version."""
