import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useId } from 'react';

/** A window over the page. The focus stays inside, and goes back to what opened it: also where the window is taken away instead of closed. */
export function Window(props: ModalProps) {
  const id = useId();
  useReturnedFocus(id, props.opened);
  return <Modal id={id} centered returnFocus={false} {...props} />;
}

function useReturnedFocus(id: string, opened: boolean): void {
  useEffect(() => {
    if (!opened) return;
    const opener = openerOf(document.activeElement);
    return () => {
      setTimeout(() => {
        if (opener?.isConnected && isLost(id)) opener.focus({ preventScroll: true });
      });
    };
  }, [id, opened]);
}

/** With nothing, or with what is fading away. Whoever has moved on meanwhile, to another page or into another window, stays there. */
function isLost(id: string): boolean {
  const leaving = document.getElementById(`${id}-body`)?.closest('[role=dialog]');
  return document.activeElement === document.body || leaving?.contains(document.activeElement) === true;
}

let lastOpener: HTMLElement | null = null;

/** An entry of a menu is gone with its menu, and a window that leads to the next one is gone by then: what opened these is meant. */
function openerOf(element: Element | null): HTMLElement | null {
  if (element?.closest('[role=dialog]')) return lastOpener;
  const menu = element?.closest('[role=menu]')?.getAttribute('aria-labelledby');
  lastOpener = (menu ? document.getElementById(menu) : element) as HTMLElement | null;
  return lastOpener;
}
