"""Documents against the published schemas, and misspelt extensions."""
