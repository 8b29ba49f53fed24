"""What supervisors watch and order: the board, the case list, figures, exports, orders, incidents."""
