"""The main job shown from end to end: from an official letter to four loudspeaker stations and the air log."""
