"""Measuring the service: `make bench`. Ratios within one run count; machines differ and are noisy."""
