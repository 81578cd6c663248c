"""What is wrong at a station? Reports by workers in two taps."""
