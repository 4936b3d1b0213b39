"""The pure part: plain values in, plain values out. No framework, no clock, no database, no randomness."""
