import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { credentials, type Schema } from '../../client/credentials';
import { told } from '../../client/problem';
import { Note } from '../../parts/note';
import { Trouble } from '../../parts/problem-note';
import { type Editor, openEditor } from './json-editor';

type Lint = Schema['LintView'];

interface ManifestEditorProps {
  start: object;
  readOnly?: boolean;
  verb: string;
  busy?: boolean;
  onDone: (manifest: Record<string, unknown>) => void;
}

/** A manifest as text, with what the schema knows at hand, and what the server has against it where it stands. */
export default function ManifestEditor({ start, readOnly = false, verb, busy = false, onDone }: ManifestEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const [lint, setLint] = useState<Lint | null>(null);
  const schema = useQuery({
    queryKey: ['manifest-schema'],
    queryFn: () => told(credentials.GET('/v1/manifests/schema')),
    staleTime: Infinity,
  });
  const [text] = useState(() => JSON.stringify(start, null, 2));
  // The editor doesn't wait for the schema, and isn't opened anew with it: what was typed meanwhile would be gone.
  const known = useRef<object | undefined>(undefined);
  useEffect(() => {
    known.current = schema.data as object | undefined;
  }, [schema.data]);
  useEffect(() => {
    const opened = openEditor(host.current!, { text, readOnly, schema: () => known.current, lint: ask(setLint) });
    editor.current = opened;
    return () => opened.close();
  }, [text, readOnly]);
  const done = (): void => {
    const manifest = editor.current?.value();
    if (manifest) onDone(manifest);
  };
  return (
    <div className="stack">
      <Trouble error={schema.error} />
      <div ref={host} className="editor-host" />
      {lint && <Verdict lint={lint} />}
      {!readOnly && (
        <div className="row-end">
          <Button onClick={done} loading={busy} disabled={lint?.ok !== true}>
            {verb}
          </Button>
        </div>
      )}
    </div>
  );
}

/** The server's own check, and what it said for below the editor. */
const ask =
  (tell: (lint: Lint) => void) =>
  async (manifest: Record<string, unknown>): Promise<Lint> => {
    const lint = await told(credentials.POST('/v1/manifests/lint', { body: { manifest } }));
    tell(lint);
    return lint;
  };

function Verdict({ lint: { ok, faults, warnings } }: { lint: Lint }) {
  if (ok && warnings.length === 0) return <Note tone="good">Nothing wrong with it.</Note>;
  return (
    <Note tone="warn">
      <strong>{ok ? 'It can be used; have a second look at:' : 'It can’t be used yet:'}</strong>
      <ul>
        {[...faults, ...warnings].map((fault) => (
          <li key={fault.pointer + fault.problem}>
            <code>{fault.pointer || '/'}</code> {fault.problem} {'mend' in fault && String(fault.mend)}
          </li>
        ))}
      </ul>
    </Note>
  );
}
