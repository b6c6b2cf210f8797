"""What people do with an app: commands, clicks, modals, shortcuts."""
