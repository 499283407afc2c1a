"""The program that runs at a loudspeaker station: it fetches what the centre signed, plays it on time, reports it."""
