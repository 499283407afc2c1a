"""The drivers of the port ``tts.engine``, one module an engine; nothing is loaded before it is asked for."""
