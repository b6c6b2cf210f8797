"""The local Slack's own copy of the Block Kit rules, as data."""
