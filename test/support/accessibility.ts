import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** The rules that depend on the colour scheme: on a page that was judged in one of them, they alone have something to add in the other. */
export const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** Resolves once nothing has moved for some frames: what was just clicked begins to move with the next. */
const AT_REST = `(async () => {
  const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
  for (let still = 0; still < 4; still += 1) {
    await frame();
    const moving = document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime !== Infinity);
    if (moving.length > 0) still = 0;
    await Promise.all(moving.map((each) => each.finished.catch(() => undefined)));
  }
})()`;

/** What axe-core finds on a page that keeps people from using it: rule and place of each violation that is serious or worse. */
export async function seriousViolations(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Judged as it stands when everything has come to rest: what is half faded in has no contrast yet.
  await page.evaluate(AT_REST);
  // Evaluated from outside, and so not subject to the page's own policy, which may allow no script; once for each document.
  if (await page.evaluate('typeof axe === "undefined"')) await page.evaluate(axe.source);
  const options = { resultTypes: ['violations'], preload: false, ...(rules && { runOnly: rules }) };
  const { violations } = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as axe.AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
    );
}
