"""Django's backend for SQLite, with a shorter wait for its one writer's place. A package, as Django loads backends by name."""
