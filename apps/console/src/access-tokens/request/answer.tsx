import type { Schema } from '../../client/access-tokens';
import { Card } from '../../parts/page';
import { highlighted } from './highlighted';

type AnswerView = Schema['RequestAnswer'];

/** The API's answer, with what was found in it marked. @param sought the key, where one was asked for */
export function Answer({ of, sought }: { of: AnswerView; sought: string | undefined }) {
  const { status, headers, body, encoding, found, attempts, tokenVersion } = of;
  const text = encoding === 'json' ? JSON.stringify(body, null, 2) : String(body ?? '');
  const parts = encoding === 'json' ? highlighted(text, found, sought) : [{ text, hit: false }];
  return (
    <Card
      title={`Answer: ${status}`}
      actions={
        <span className="soft small">
          version {tokenVersion}, {attempts === 1 ? 'first attempt' : `${attempts} attempts`}
        </span>
      }
    >
      <div className="stack">
        {found !== null && (
          <p>
            Found: <code className="break">{JSON.stringify(found)}</code>
          </p>
        )}
        <pre className="code wrap" tabIndex={0} aria-label="Body">
          {parts.map((part, index) => (part.hit ? <mark key={index}>{part.text}</mark> : part.text))}
        </pre>
        <details className="step">
          <summary>Headers</summary>
          <div>
            <pre className="code wrap">
              {Object.entries(headers)
                .map(([name, value]) => `${name}: ${value}`)
                .join('\n')}
            </pre>
          </div>
        </details>
      </div>
    </Card>
  );
}
