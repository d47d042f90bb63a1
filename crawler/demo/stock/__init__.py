"""The demo site's stock of words and sentence patterns, as TOML."""
