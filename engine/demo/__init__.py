"""The demo: a sample library, a short tour of it, and a contact sheet."""
