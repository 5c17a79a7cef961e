import type { Brand } from './brand.js';
import { forWhom, marks } from './connect.page.js';
import { html } from './html.js';
import type { Page } from './page.js';
import type { Words } from './words.js';

/** A code that the user types at the provider (RFC 8628 section 3.3). */
export interface DeviceCodeView {
  service: string;
  user: string;
  userCode: string;
  verificationUri: string;
  /** With the code in it; null where the provider has none. */
  verificationUriComplete: string | null;
}

/** The code is shown beside the link that has it already, too: the user compares it with what the provider shows (section 5.4). */
export function devicePage(view: DeviceCodeView, { device, connect }: Words, brand: Brand): Page {
  const title = connect.title(view.service);
  const body = html`
    ${marks(brand, view.service)}
    <h1>${title}</h1>
    <p class="lead">${device.enter(view.service)}</p>
    ${forWhom(connect.forWhom, view.user)}
    <p class="panel code" id="user-code">${view.userCode}</p>
    <p class="soft">
      <a id="verify" href="${view.verificationUriComplete ?? view.verificationUri}" rel="noreferrer noopener"
        >${view.verificationUri}</a
      >
    </p>
    <p class="soft">${device.compare}</p>
    <p class="soft">${connect.unexpected}</p>
  `;
  return { title, body };
}
