"""A report as text, JSON, Markdown, HTML, GitHub commands and SARIF."""
