import { type ReactNode, useEffect, useRef, useState } from 'react';

export interface Column<Row> {
  name: string;
  cell: (row: Row) => ReactNode;
  end?: boolean;
  /** Sentences: on a phone they stand below their name, and not beside it. */
  prose?: boolean;
  /** What the cell holds says its name itself, such as a button: the name is for screen readers. */
  quiet?: boolean;
}

interface TableProps<Row> {
  /** What a screen reader calls it. */
  label: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  id: (row: Row) => string;
}

export function Table<Row>({ label, columns, rows, id }: TableProps<Row>) {
  const { wrap, scrolls } = useScrolls();
  return (
    <div className="table-wrap" ref={wrap} {...(scrolls && { tabIndex: 0, role: 'group', 'aria-label': label })}>
      <table className="table" aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ name, end, quiet }) => (
              <th key={name} scope="col" className={end ? 'end' : undefined}>
                {quiet ? <span className="visually-hidden">{name}</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)}>
              {columns.map((column) => (
                <Cell key={column.name} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What is wider than its place is moved by keyboard, too. */
function useScrolls() {
  const wrap = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = wrap.current!;
    const sized = new ResizeObserver(() => setScrolls(element.scrollWidth > element.clientWidth));
    sized.observe(element);
    sized.observe(element.firstElementChild!);
    return () => sized.disconnect();
  }, []);
  return { wrap, scrolls };
}

function Cell<Row>({ column: { name, cell, end, prose, quiet }, row }: { column: Column<Row>; row: Row }) {
  const classes = [end && 'end', prose && 'prose'].filter(Boolean).join(' ');
  return (
    <td data-label={quiet ? undefined : name} className={classes || undefined}>
      {cell(row)}
    </td>
  );
}
