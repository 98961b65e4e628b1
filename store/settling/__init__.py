"""Work due by the clock, done first in every transaction: interruptions, notices, the push channel, and the rest."""
