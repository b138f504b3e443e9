"""The vocabulary of a review: rules, verdicts, findings, witnesses."""
