"""Personal data: sealed, revealed for a purpose, corrected, erased; and who watches over it."""
