"""The default reasoner: no key, no network. Heavy libraries are imported when the first question comes, in a thread."""
