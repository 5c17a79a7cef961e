import type { ReactNode } from 'react';

interface EmptyProps {
  title: string;
  /** The next step, in a sentence. */
  children: ReactNode;
  action?: ReactNode;
  /** It is the whole page, and its title the page's. */
  page?: boolean;
}

/** Where nothing is yet: what could be here, and how it gets here. */
export function Empty({ title, children, action, page = false }: EmptyProps) {
  const Title = page ? 'h1' : 'h2';
  return (
    <div className="empty">
      <Title>{title}</Title>
      <p>{children}</p>
      {action && <div className="actions">{action}</div>}
    </div>
  );
}
