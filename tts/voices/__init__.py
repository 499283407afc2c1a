"""Voices that are files: described, offered, checked, installed, listed, removed."""
