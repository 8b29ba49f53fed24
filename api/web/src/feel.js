export function evaluate() { return null; }
