import type { CheckedExport } from '@lockkeeper/audit-chain/export-check';
import { Button, Textarea } from '@mantine/core';
import { IconDownload, IconShieldCheck } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { clientOf } from '../client/client';
import type { paths } from '../client/generated/credentials';
import { told } from '../client/problem';
import { Copy } from '../parts/copy';
import { Note } from '../parts/note';
import { Trouble } from '../parts/problem-note';
import { saveAs } from '../parts/save-as';
import { When } from '../parts/when';
import { Window } from '../parts/window';

const doors = clientOf<Pick<paths, '/v1/audit/head' | '/v1/audit/export'>>();

/** The whole log with its hash chain and signed head: `npm run audit:verify` checks the file, on any machine. */
export function Export() {
  const save = useMutation({
    mutationFn: () => told(doors.GET('/v1/audit/export', { parseAs: 'text' })),
    onSuccess: (text) => saveAs('audit.jsonl', String(text)),
  });
  return (
    <>
      <Trouble error={save.error} />
      <Button
        variant="default"
        loading={save.isPending}
        leftSection={<IconDownload size={16} />}
        onClick={() => save.mutate()}
      >
        Export the log
      </Button>
    </>
  );
}

/** How to see that nothing was changed: the end of the chain as of now, to be kept elsewhere. */
export function Chain() {
  const head = useQuery({ queryKey: ['audit', 'head'], queryFn: () => told(doors.GET('/v1/audit/head')) });
  if (!head.data) return <Trouble error={head.error} />;
  const { position, hash, at, statement } = head.data;
  return (
    <Note>
      <strong>{position.toLocaleString('en')} entries are chained.</strong> As of <When at={at} /> the chain ends in{' '}
      <code className="break">{hash.slice(0, 16)}…</code>. Keep its signed head elsewhere: whoever changes anything
      before it, even with this server’s keys, can be found out by it.
      <div className="row above">
        <Copy text={statement} label="Copy the signed head" />
      </div>
    </Note>
  );
}

/** Reads the whole log in this browser, and checks every link of its chain and the signature at its end. */
export function Verify() {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<IconShieldCheck size={16} />} onClick={() => setOpened(true)}>
        Verify
      </Button>
      {opened && <Verification onClose={() => setOpened(false)} />}
    </>
  );
}

function Verification({ onClose }: { onClose: () => void }) {
  const [kept, setKept] = useState('');
  const [read, setRead] = useState(0);
  const verify = useMutation({
    mutationFn: async () => {
      const { verified } = await import('./verified');
      const { data } = await doors.GET('/v1/audit/head');
      const body = await told(doors.GET('/v1/audit/export', { parseAs: 'stream' }));
      const heads = kept.split(/\s+/).filter(Boolean);
      return verified(body as unknown as ReadableStream<Uint8Array<ArrayBuffer>>, {
        ...(heads.length > 0 && { heads, keys: data!.keys as never }),
        onEntry: setRead,
      });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    verify.mutate();
  };
  return (
    <Window opened onClose={onClose} title="Verify the audit log" size="lg">
      <form className="stack" onSubmit={submit}>
        <p>
          Every entry is read into this browser and hashed anew, link by link, up to the head that this workspace
          signed.
        </p>
        <Textarea
          label="Signed heads that were kept elsewhere"
          description="One on each line. Without one, a chain that was rewritten from end to end and signed anew looks whole."
          placeholder="eyJhbGciOiJFZERTQSIs…"
          autosize
          minRows={2}
          maxRows={5}
          value={kept}
          onChange={(event) => setKept(event.currentTarget.value)}
        />
        <Trouble error={verify.error} />
        {verify.isPending && <p role="status">{read.toLocaleString('en')} entries checked…</p>}
        {verify.data && <Verdict of={verify.data} />}
        <p className="soft small">
          This page comes from the server that it checks. Where that matters, export the log and run{' '}
          <code>npm run audit:verify</code> on another machine, with keys that you trust.
        </p>
        <div className="row-end">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" loading={verify.isPending}>
            Verify it
          </Button>
        </div>
      </form>
    </Window>
  );
}

function Verdict({ of: { entries, first, last, head, findings } }: { of: CheckedExport }) {
  if (findings.length === 0) {
    return (
      <div role="status">
        <Note tone="good">
          <strong>
            Whole and unaltered: {entries.toLocaleString('en')} entries, positions {first} to {last}.
          </strong>
          <p>
            Signed <When at={head?.at} />.
          </p>
        </Note>
      </div>
    );
  }
  return (
    <div className="note note-bad" role="alert">
      <div>
        <strong>This is not what was written.</strong>
        <ul>
          {findings.map(({ kind, detail, acknowledged }) => (
            <li key={kind + detail}>
              <code>{kind}</code> {detail}
              {acknowledged && (
                <span className="small">
                  {' '}
                  Acknowledged by <span className="mono break">{acknowledged.by}</span> <When at={acknowledged.at} />:{' '}
                  {acknowledged.reason}
                </span>
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
