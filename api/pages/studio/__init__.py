"""Policy staff: packs, drafts, their editors, trying and approving them; the law pack."""
