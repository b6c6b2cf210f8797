"""What agents may call, each tool with its access, its words for people, and the way to take it back."""
