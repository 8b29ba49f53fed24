"""The demo installation: synthetic people and cases, and a clock that can be moved forward."""
