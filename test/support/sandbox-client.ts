/** Registers a client at the sandbox, as its provider's admin would (RFC 7591). @returns its id */
export async function registerClient(sandboxUrl: string, client: object): Promise<string> {
  const answer = await fetch(`${sandboxUrl}/reg`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
      ...client,
    }),
  });
  const { client_id: clientId } = (await answer.json()) as { client_id?: string };
  if (clientId === undefined) throw new Error(`The sandbox refused the client with ${answer.status}`);
  return clientId;
}
