"""Who is on duty: the rota, and whom notices mention by it."""
