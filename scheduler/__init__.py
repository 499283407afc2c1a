"""The application: who may, what is stored, when, where to, what came back."""
