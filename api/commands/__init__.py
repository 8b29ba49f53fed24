"""The commands of ``jingfa``, one a file: ``register(subparsers)`` and ``run(args) -> exit code``."""
