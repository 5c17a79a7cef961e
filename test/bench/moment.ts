/** Microseconds since 1970: exact enough for what takes milliseconds, and the same for all processes of a machine. */
export const momentNow = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000);
