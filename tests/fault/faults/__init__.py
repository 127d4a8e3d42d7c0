"""The faults. Each is a function of (bed, rng, seconds) that breaks something again and again while the load goes on, heals
what it broke, and notes in bed.book what it injected and how long it took until it was well again."""
