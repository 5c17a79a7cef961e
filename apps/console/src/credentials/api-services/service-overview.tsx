import { CopyLine } from '../../parts/copy';
import { Card, Facts } from '../../parts/page';
import { When } from '../../parts/when';
import { StateTiles } from '../connections/state-tiles';
import { type ApiService, useConnectionCounts } from '../queries';
import { Warnings } from './warnings';

/** How its connections are, what the provider has to know, and what is worth a second look. */
export function ServiceOverview({ of }: { of: ApiService }) {
  const counts = useConnectionCounts({ apiService: of.slug }).data;
  return (
    <div className="wide-narrow">
      <div className="stack">
        <StateTiles counts={counts} apiService={of.slug} />
        <Warnings of={of.warnings} />
        <RedirectUri of={of} />
      </div>
      <Card title="API service">
        <Facts
          of={[
            ['Slug', <code key="s">{of.slug}</code>],
            ['Kind', of.kind],
            ['From', originOf(of)],
            [
              'Client id',
              <span key="c" className="mono">
                {of.clientId}
              </span>,
            ],
            ['Scopes', of.scopes.join(' ') || 'none named'],
            ['Made', <When key="m" at={of.createdAt} />],
            ['Changed', <When key="u" at={of.updatedAt} />],
          ]}
        />
      </Card>
    </div>
  );
}

function originOf({ catalogue, discoveredIssuer }: ApiService): string {
  if (catalogue) return `the catalogue: ${catalogue}`;
  return discoveredIssuer ? `its issuer: ${discoveredIssuer}` : 'a manifest of its own';
}

const RedirectUri = ({ of: { redirectUri } }: { of: ApiService }) => (
  <Card title="Redirect URI">
    <div className="stack">
      <CopyLine label="Redirect URI" text={redirectUri} />
      <p className="soft small">
        The provider compares it letter by letter. If its own home page shows after granting, this is what it does not
        know.
      </p>
    </div>
  </Card>
);
