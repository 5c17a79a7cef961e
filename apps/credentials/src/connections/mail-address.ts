/** Enough to tell an address from an id; whether it exists, the mail server knows. */
const ADDRESS = /^[^\s@<>"(),:;\\[\]]{1,64}@[^\s@<>"(),:;\\[\]]{1,189}\.[^\s@<>"(),:;\\[\].]{2,}$/;

export const isMailAddress = (text: string): boolean => text.length <= 254 && ADDRESS.test(text);

/** Where the user is reached: at the connection's own address, or else at the user's id if that is one; null if neither is. */
export const mailAddressOf = ({ user, notify }: { user: string; notify: string | null }): string | null =>
  notify ?? (isMailAddress(user) ? user : null);
