import { useQuery } from '@tanstack/react-query';
import { credentials, type Schema } from '../../client/credentials';
import { told } from '../../client/problem';
import { Loading } from '../../parts/loading';
import { Note } from '../../parts/note';
import { Trouble } from '../../parts/problem-note';
import { Warnings } from './warnings';

type Step = Schema['DryRunStepView'];

/** Each request as it would be sent, secrets masked. Nothing is sent. */
export function DryRun({ slug }: { slug: string }) {
  const run = useQuery({
    queryKey: ['api-services', slug, 'dry-run'],
    queryFn: () => told(credentials.POST('/v1/api-services/{slug}/dry-run', { params: { path: { slug } }, body: {} })),
  });
  if (run.isPending) return <Loading lines={6} />;
  if (run.isError) return <Trouble error={run.error} />;
  const { steps, warnings } = run.data;
  return (
    <div className="stack">
      <Warnings of={warnings} />
      {steps.map((step, index) => (
        <RehearsedStep key={index} step={step} open={index === 0} />
      ))}
    </div>
  );
}

function RehearsedStep({ step: { step, request, refused }, open }: { step: Step; open: boolean }) {
  const refusal = refused as { detail?: string; problem?: string } | null;
  return (
    <details className="step" open={open}>
      <summary>
        <strong>{step.replaceAll('_', ' ')}</strong>
        <span className="soft small clip">
          {request ? `${request.method} ${hostOf(request.url)}` : 'could not be sent'}
        </span>
      </summary>
      <div>
        {refusal && <Note tone="warn">{refusal.detail ?? refusal.problem ?? JSON.stringify(refusal)}</Note>}
        {request && <pre className="code wrap">{textOf(request)}</pre>}
      </div>
    </details>
  );
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

function textOf({ method, url, headers, body }: Schema['DryRunRequestView']): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${url}`, ...lines, ...(body ? ['', body] : [])].join('\n');
}
