/** A page that only looks for news by itself must not keep a session alive: the server is told whether anybody is here. */
const AWAY_AFTER_MS = 60_000;
let lastTouch = Date.now();

export function watchPresence(): void {
  const touch = (): void => void (lastTouch = Date.now());
  for (const event of ['pointerdown', 'keydown', 'wheel', 'touchstart']) {
    window.addEventListener(event, touch, { passive: true, capture: true });
  }
}

/** For the header that says that a request comes from the console. */
export const presence = (): string => (Date.now() - lastTouch < AWAY_AFTER_MS ? 'present' : 'away');

export const CONSOLE_HEADER = 'x-lockkeeper-console';
