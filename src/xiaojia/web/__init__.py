"""What does every page share? The shell, components, tokens and vendored scripts."""
