"""The consequences of the findings: approvals, roll-out, next version."""
