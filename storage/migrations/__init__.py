"""How the database came to its form: one revision after the other, run when the bot starts."""
