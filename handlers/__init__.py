"""The Slack edge: what came in, what it looks like, and the operations behind every door."""
