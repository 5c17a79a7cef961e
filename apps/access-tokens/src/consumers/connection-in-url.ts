/**
 * The name of the connection that a URL is about, as OpenedConnections has it, and as the router would read it: what is asked for is the same that
 * the entitlement is looked up by, so that no spelling gets round it.
 * @param pattern has API service and user, with the slash between, as its group, and lets no escape into the API service
 * @returns null for the router to say what is wrong with it
 */
export function connectionNameIn(url: string, pattern: RegExp): string | null {
  const name = pattern.exec(url)?.[1];
  if (name === undefined) return null;
  if (!name.includes('%')) return name;
  try {
    return decodeURIComponent(name); // no slug holds a percent sign, and so only the user is changed by it
  } catch {
    return null;
  }
}
