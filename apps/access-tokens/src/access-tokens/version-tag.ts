/** The version is the ETag: whoever holds it already needs no second copy of the token (RFC 9110 sections 8.8.3 and 13.1.2). */
export const versionTag = (version: number): string => `"${version}"`;

/** Whether If-None-Match names it: any of a list, compared weakly. */
export function namesVersion(ifNoneMatch: string | undefined, version: number): boolean {
  const tags = ifNoneMatch?.split(',').map((one) => one.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(versionTag(version));
}
