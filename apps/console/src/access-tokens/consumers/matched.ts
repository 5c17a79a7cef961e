interface Rule {
  apiService: string;
  user: string | null;
}

/** Those that at least one rule covers: by the same reading of a rule as the server's. */
export const matched = <T extends { apiService: string; user: string }>(
  rules: readonly Rule[],
  all: readonly T[],
): T[] =>
  all.filter((one) =>
    rules.some(
      ({ apiService, user }) => (apiService === '*' || apiService === one.apiService) && (!user || user === one.user),
    ),
  );
