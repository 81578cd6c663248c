"""Which programs may speak to us? Partner keys with scopes and limits, and requests that count once."""
