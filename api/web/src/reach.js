// Whether the server can be reached: a phone that says it is online may still reach nobody.
export async function isReached() {
  try {
    return (await fetch('/health/live', { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}
