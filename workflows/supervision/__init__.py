"""What supervisors see and do: lists, board, counts, files, orders (督办)."""
