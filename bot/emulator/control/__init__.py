"""The control API: acting as people, changing the world, misbehaving, reading and waiting."""
