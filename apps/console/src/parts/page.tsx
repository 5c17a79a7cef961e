import type { ReactNode } from 'react';
import { Link } from 'react-router';

interface PageProps {
  title: ReactNode;
  /** One sentence: what this page is for. */
  about?: ReactNode;
  /** Where it hangs: the list that it was opened from. */
  under?: { to: string; label: string };
  aside?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, about, under, aside, actions, children }: PageProps) {
  return (
    <div className="page">
      <div className="page-head">
        <div>
          {under && (
            <div className="crumbs">
              <Link to={under.to}>{under.label}</Link>
            </div>
          )}
          <div className="title-row">
            <h1>{title}</h1>
            {aside}
          </div>
          {about && <p>{about}</p>}
        </div>
        {actions && <div className="actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}

export function Card({ title, actions, children, flush = false }: CardProps) {
  return (
    <section className="card">
      {title && (
        <div className="card-head">
          <h2>{title}</h2>
          {actions && <div className="actions">{actions}</div>}
        </div>
      )}
      {flush ? children : <div className="card-body">{children}</div>}
    </section>
  );
}

interface CardProps {
  title?: ReactNode;
  actions?: ReactNode;
  /** The content brings its own margins: a table. */
  flush?: boolean;
  children: ReactNode;
}

/** Names and what they are. */
export function Facts({ of }: { of: [name: string, value: ReactNode][] }) {
  return (
    <dl className="facts">
      {of.map(([name, value]) => (
        <Fact key={name} name={name} value={value} />
      ))}
    </dl>
  );
}

const Fact = ({ name, value }: { name: string; value: ReactNode }) => (
  <>
    <dt>{name}</dt>
    <dd>{value ?? <span className="soft">none</span>}</dd>
  </>
);
