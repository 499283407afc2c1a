"""Make-goods: what did not sound is proposed for the first free time, asked for, and planned with one click."""
